import type { DunningPolicy, Invoice } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { statusAfter } from '../subscription/transitions.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { isInGrace } from './dunning-end.ts';

/**
 * Takes the final action of an invoice's dunning policy, once its grace is over. An attempt in
 * flight decides first: the next sweep comes back.
 */
export async function endDunning(
  billing: Billing,
  { merchantId, invoiceId }: { merchantId: string; invoiceId: string },
): Promise<'ended' | 'not_due' | 'in_flight'> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, now } = transaction;
    if (!(await lockInvoice(database, { merchantId, id: invoiceId }))) return 'not_due';
    const { dunningCase, dunningPolicy, payments, ...invoice } =
      await database.invoice.findUniqueOrThrow({
        where: { id: invoiceId },
        include: {
          dunningCase: { select: { lostAt: true } },
          dunningPolicy: true,
          payments: { where: { status: { in: [...inFlightStatuses] } }, select: { id: true } },
        },
      });
    if (invoice.status !== 'OPEN' || !dunningPolicy || !isInGrace(invoice, dunningCase)) {
      return 'not_due';
    }
    if (invoice.nextAttemptAt! > now) return 'not_due';
    if (payments.length > 0) return 'in_flight';
    await endDunningNow(transaction, invoice, dunningPolicy);
    return 'ended';
  });
}

/** The final action, at once. The invoice and its subscription are locked. */
export async function endDunningNow(
  transaction: BillingTransaction,
  invoice: Pick<Invoice, 'id' | 'merchantId' | 'customerId' | 'subscriptionId'>,
  { finalAction }: Pick<DunningPolicy, 'finalAction'>,
): Promise<void> {
  const { database, now, record } = transaction;
  await database.invoice.update({ where: { id: invoice.id }, data: { nextAttemptAt: null } });
  if (invoice.subscriptionId === null) return;
  const { merchantId, customerId, subscriptionId: id } = invoice;
  const subscription = await database.subscription.findUniqueOrThrow({ where: { id } });
  if (finalAction === 'LEAVE_PAST_DUE') return;
  const status = statusAfter(
    finalAction === 'CANCEL_SUBSCRIPTION' ? 'retriesExhaustedCancel' : 'retriesExhaustedUnpaid',
    subscription.status,
  );
  if (status === subscription.status) return;
  if (status === 'CANCELED') {
    await endSubscription(transaction, subscription, now);
    return;
  }
  await database.subscription.update({ where: { id }, data: { status, nextRenewalAt: null } });
  await record({
    merchantId,
    customerId,
    type: 'subscription.unpaid',
    objectType: 'subscription',
    objectId: id,
    data: {},
  });
}
