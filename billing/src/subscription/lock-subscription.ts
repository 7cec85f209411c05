import type { Subscription } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { TenantActor } from '../access/rule.ts';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Locks a subscription for a change by `actor`.
 *
 * @throws NotFoundError when it does not exist, or is not the actor's to see.
 */
export async function lockSubscription(
  { database }: BillingTransaction,
  actor: TenantActor,
  subscriptionId: string,
): Promise<Subscription> {
  const { merchantId } = actor;
  await lockRow(database, 'Subscription', { merchantId, id: subscriptionId });
  const subscription = await database.subscription.findFirst({
    where: {
      id: subscriptionId,
      merchantId,
      ...(actor.kind === 'customer' ? { customerId: actor.customerId } : {}),
    },
  });
  if (!subscription) throw new NotFoundError('subscription');
  return subscription;
}
