import { redirect } from '@sveltejs/kit';
import { SignedInCustomerDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import * as routes from '#lib/routes.ts';
import type { PageServerLoad } from './$types';

/** Whoever is signed in already goes straight on. */
export const load: PageServerLoad = async ({ locals, params, parent, url }) => {
  const next = url.searchParams.get('next') ?? '';
  const { portal } = await parent();
  if (portal.available) {
    const { viewer } = await orErrorPage(locals.api.query(SignedInCustomerDocument));
    if (viewer.customer) redirect(303, routes.portal.page(params.merchant, next));
  }
  return { next };
};
