import type { DatabaseReader, PlanOffer } from '@4geeks/prisma';
import type { CustomerViewer } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';

/** What a session lets its customer change: one subscription, to one of these prices. */
export interface SessionPlanOffer extends Pick<PlanOffer, 'merchantId' | 'customerId'> {
  subscriptionId: string;
  /** In the order in which they are shown. */
  priceIds: string[];
}

/**
 * The offer that the viewer's session carries, read now: an actor may be older than the end of their
 * session.
 *
 * @returns null where there is none, or the session has ended.
 */
export async function findSessionPlanOffer(
  { clock }: Pick<Billing, 'clock'>,
  database: DatabaseReader,
  { merchantId, customerId, portalSessionId }: CustomerViewer,
): Promise<SessionPlanOffer | null> {
  const session = await database.portalSession.findFirst({
    where: {
      merchantId,
      customerId,
      id: portalSessionId,
      revokedAt: null,
      expiresAt: { gt: clock.now() },
      // The subscription's customer is the session's; a row that says otherwise opens nothing.
      planOffer: { customerId, subscription: { customerId } },
    },
    select: {
      planOffer: {
        select: {
          subscriptionId: true,
          prices: { select: { priceId: true }, orderBy: { position: 'asc' } },
        },
      },
    },
  });
  if (!session?.planOffer) return null;
  const { subscriptionId, prices } = session.planOffer;
  const priceIds = prices.map(({ priceId }) => priceId);
  return { merchantId, customerId, subscriptionId, priceIds };
}

/** @throws ForbiddenError PLAN_OFFER where the session carries none, or has ended. */
export async function requireSessionPlanOffer(
  ...of: Parameters<typeof findSessionPlanOffer>
): Promise<SessionPlanOffer> {
  const offer = await findSessionPlanOffer(...of);
  if (!offer) throw new ForbiddenError('PLAN_OFFER');
  return offer;
}
