import { PortalMethodTypesDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

/** What the customer may add; cards alone while the merchant keeps this page closed. */
export const load: PageServerLoad = async ({ locals, parent }) => {
  const { portal, customer } = await parent();
  if (!customer || !portal.permissions.includes('UPDATE_PAYMENT_METHODS')) {
    return { types: ['CARD' as const] };
  }
  const { viewer } = await orErrorPage(locals.api.query(PortalMethodTypesDocument, {}));
  return { types: viewer.customer?.offeredPaymentMethodTypes ?? ['CARD' as const] };
};
