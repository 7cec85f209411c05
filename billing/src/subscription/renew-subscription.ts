import type { Subscription } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import { periodAt } from '../period/period.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { endSubscription } from './end-subscription.ts';

/**
 * Takes one subscription over the end of its current period: bills the next one, or ends it where
 * the customer asked for that. Several workers may try at once: one does it, the others pass on.
 *
 * @returns what happened; `passed` when nothing is due (any more) or another worker has it.
 */
export async function renewSubscription(
  billing: Billing,
  { merchantId, subscriptionId }: { merchantId: string; subscriptionId: string },
): Promise<'renewed' | 'ended' | 'passed'> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, now, record } = transaction;
    const locked = await database.$queryRaw<Pick<Subscription, 'id'>[]>`
      SELECT id FROM "Subscription"
      WHERE id = ${subscriptionId}::uuid AND "merchantId" = ${merchantId}::uuid
        AND "nextRenewalAt" <= ${now}
      FOR UPDATE SKIP LOCKED`;
    if (locked.length === 0) return 'passed';

    const subscription = await database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId },
      include: {
        ...billedSubscription,
        customer: true,
        merchant: { select: { timeZone: true } },
      },
    });
    if (subscription.cancelAtPeriodEnd) {
      await endSubscription(transaction, subscription, subscription.currentPeriodEnd);
      return 'ended';
    }

    const periodIndex = subscription.periodIndex + 1;
    const { timeZone } = subscription.merchant;
    const period = periodAt({ ...subscription, timeZone }, periodIndex);
    await database.subscription.update({
      where: { id: subscriptionId },
      data: {
        periodIndex,
        currentPeriodStart: period.start,
        currentPeriodEnd: period.end,
        nextRenewalAt: period.end,
        ...(subscription.status === 'TRIALING' ? { status: 'ACTIVE' as const } : {}),
      },
    });
    await record({
      merchantId,
      customerId: subscription.customerId,
      type: 'subscription.renewed',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: { periodStart: period.start.toISOString(), periodEnd: period.end.toISOString() },
    });
    await issuePeriodInvoice(transaction, subscription, subscription.customer, period);
    return 'renewed';
  });
}
