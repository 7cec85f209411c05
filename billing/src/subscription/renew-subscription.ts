import type { Subscription } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import { periodFrom } from '../period/period.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { applyScheduledItems } from './apply-scheduled-items.ts';
import { endSubscription } from './end-subscription.ts';
import { statusAfter } from './transitions.ts';

/**
 * Takes one subscription over the end of its current period: bills the next one, with the items
 * planned for it, or ends it where the customer asked for that. Several workers may try at once: one does it, the others pass on.
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

    const read = () =>
      database.subscription.findUniqueOrThrow({
        where: { id: subscriptionId },
        include: {
          ...billedSubscription,
          customer: true,
          _count: { select: { scheduledItems: true } },
        },
      });
    let subscription = await read();
    if (subscription.cancelAtPeriodEnd) {
      statusAfter('endWithPeriod', subscription.status);
      await endSubscription(transaction, subscription, subscription.currentPeriodEnd);
      return 'ended';
    }

    const status = statusAfter('renew', subscription.status);
    if (subscription._count.scheduledItems > 0) {
      await applyScheduledItems(transaction, subscription);
      subscription = await read();
    }
    const periodIndex = subscription.periodIndex + 1;
    const { timeZone } = subscription.merchant;
    // The end of a trial may lie within a period: the rest of it is billed then.
    const period = periodFrom(
      { ...subscription, timeZone },
      periodIndex,
      subscription.currentPeriodEnd,
    );
    await database.subscription.update({
      where: { id: subscriptionId },
      data: {
        periodIndex,
        currentPeriodStart: period.start,
        currentPeriodEnd: period.end,
        nextRenewalAt: period.end,
        ...(status === subscription.status ? {} : { status }),
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
