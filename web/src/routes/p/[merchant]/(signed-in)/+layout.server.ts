import { redirect } from '@sveltejs/kit';
import { PortalCustomerDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import * as routes from '#lib/routes.ts';
import type { LayoutServerLoad } from './$types';

/** The customer behind every page but sign-in; null only while the portal is switched off. */
export const load: LayoutServerLoad = async ({ locals, params, parent, url, untrack }) => {
  const { portal } = await parent();
  if (!portal.available) return { customer: null, returnUrl: null, changeableId: undefined };

  const next = untrack(() => url.pathname + url.search)
    .slice(routes.portal.home(params.merchant).length)
    .replace(/^\//, '');
  const signIn = routes.portal.signIn(params.merchant, next || undefined);
  const { viewer } = await orErrorPage(locals.api.query(PortalCustomerDocument), signIn);
  if (!viewer.customer) redirect(303, signIn);
  return {
    customer: viewer.customer,
    returnUrl: viewer.portalReturnUrl,
    /** The subscription whose plan may be changed in this session. */
    changeableId: viewer.planOffer?.subscription?.id,
  };
};
