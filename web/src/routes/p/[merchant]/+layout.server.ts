import { error } from '@sveltejs/kit';
import { PortalBySlugDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { LayoutServerLoad } from './$types';

/** The merchant's face, for everybody, signed in or not. */
export const load: LayoutServerLoad = async ({ locals, params }) => {
  const { portal } = await orErrorPage(
    locals.api.query(PortalBySlugDocument, { slug: params.merchant }),
  );
  if (!portal) error(404, 'No such portal');
  return { portal };
};
