import { PortalPlanOfferDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { historyKey } from '#lib/portal/history-key.ts';
import type { PageServerLoad } from './$types';

/** What this session has on offer; null in a session without, and while the portal is switched off. */
export const load: PageServerLoad = async ({ locals, parent, depends }) => {
  // As billing changes, so does what may be chosen.
  depends(historyKey);
  const { customer } = await parent();
  if (!customer) return { offer: null };
  const { viewer } = await orErrorPage(locals.api.query(PortalPlanOfferDocument, {}));
  return { offer: viewer.planOffer };
};
