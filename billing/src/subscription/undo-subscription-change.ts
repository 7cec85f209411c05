import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import {
  requireSessionPlanOffer,
  type SessionPlanOffer,
} from '../plan-offer/session-plan-offer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import { refuse, statusAfter } from './transitions.ts';

/**
 * Forgets the change planned for the end of the period. A customer may forget what they may have
 * chosen themselves: a plan that their session has on offer.
 *
 * @throws ForbiddenError PLAN_OFFER
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, NO_CHANGE_PLANNED
 */
export async function undoSubscriptionChange(
  billing: Billing,
  actor: Actor,
  { subscriptionId }: { subscriptionId: string },
): Promise<Subscription> {
  authorize(actor, {
    staff: 'subscriptions:write',
    apiKey: 'subscriptions:write',
    portal: 'PLAN_OFFER',
  });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const { merchantId } = actor;
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    statusAfter('undoChange', subscription.status);
    if (actor.kind === 'customer') {
      await refuseOutsideOffer(
        transaction,
        subscription,
        await requireSessionPlanOffer(billing, database, actor),
      );
    }
    const { count } = await database.subscriptionScheduledItem.deleteMany({
      where: { merchantId, subscriptionId },
    });
    if (count === 0) throw refuse('NO_CHANGE_PLANNED');
    await record({
      merchantId,
      customerId: subscription.customerId,
      type: 'subscription.change_undone',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: {},
    });
    return subscription;
  });
}

async function refuseOutsideOffer(
  { database }: BillingTransaction,
  { id: subscriptionId, merchantId }: Subscription,
  offer: SessionPlanOffer,
): Promise<void> {
  const others = await database.subscriptionScheduledItem.count({
    where: { merchantId, subscriptionId, priceId: { notIn: offer.priceIds } },
  });
  if (offer.subscriptionId !== subscriptionId || others > 0) throw new ForbiddenError('PLAN_OFFER');
}
