import { redirect } from '@sveltejs/kit';
import { StaffViewerDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { console_ } from '#lib/routes.ts';
import type { LayoutServerLoad } from './$types';

/** Everything below needs a signed-in member of a merchant's staff. */
export const load: LayoutServerLoad = async ({ locals, url }) => {
  const signIn = console_.signIn(url.pathname + url.search);
  const { viewer } = await orErrorPage(locals.api.query(StaffViewerDocument), signIn);
  const { staffMember, staffMemberships, merchant, scopes } = viewer;
  if (!staffMember || !merchant) redirect(303, signIn);
  return { staffMember, staffMemberships, merchant, scopes };
};
