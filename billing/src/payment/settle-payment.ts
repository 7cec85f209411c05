import type { Payment } from '@4geeks/prisma';
import { lockInvoice, lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { collectWithNewMethod, hasNewMethod } from '../invoice/collect-with-new-method.ts';
import { recordFailedPayment } from '../invoice/record-failed-collection.ts';
import { oweEmail } from '../notification/owe-email.ts';
import { inGroups } from '../in-groups.ts';
import type { Billing, ChargeOutcome } from '../ports.ts';
import { byClock, clockOf } from '../test-clock/by-clock.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { settleSucceededPayments, type SucceededPayment } from './settle-succeeded-payments.ts';
import { inFlightStatuses } from './statuses.ts';

export type SettledAs =
  'succeeded' | 'declined' | 'processing' | 'requires_action' | 'already_settled' | 'unknown';

export type SettledPayment = Pick<Payment, 'id' | 'merchantId' | 'customerId' | 'invoiceId'>;

export interface Settlement {
  payment: SettledPayment;
  outcome: ChargeOutcome;
}

/**
 * Applies the gateway's answer to an attempt, once: whoever comes second (the collector, recovery,
 * a webhook) finds it settled and changes nothing.
 */
export async function settlePayment(
  billing: Billing,
  payment: SettledPayment,
  outcome: ChargeOutcome,
): Promise<SettledAs> {
  const [settledAs] = await settlePayments(billing, [{ payment, outcome }]);
  return settledAs!;
}

/**
 * The same for several: those that succeeded together, in one transaction a clock; each of the others, whose
 * consequences are its own, in another.
 *
 * @returns what became of each, in their order.
 */
export async function settlePayments(
  billing: Billing,
  settlements: readonly Settlement[],
): Promise<SettledAs[]> {
  const results = new Map<Settlement, SettledAs>();
  const succeeded = settlements.flatMap((settlement) => {
    const { payment, outcome } = settlement;
    if (outcome.status !== 'succeeded') return [];
    return [{ ...payment, gatewayPaymentId: outcome.gatewayPaymentId, settlement }];
  });
  for (const part of await byClock(billing.database.sql, succeeded)) {
    const settled = await settleSucceeded(billing, clockOf(billing, part), part);
    for (const [index, { settlement }] of part.entries()) results.set(settlement, settled[index]!);
  }
  for (const settlement of settlements) {
    if (!results.has(settlement)) results.set(settlement, await settleOther(billing, settlement));
  }
  return settlements.map((settlement) => results.get(settlement)!);
}

const settleSucceeded = inGroups((billing, payments: readonly SucceededPayment[]) =>
  settleSucceededPayments(billing, payments),
);

async function settleOther(
  billing: Billing,
  { payment: { id, merchantId, customerId, invoiceId }, outcome }: Settlement,
): Promise<SettledAs> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database } = transaction;
    if (outcome.status !== 'processing') {
      // What follows depends on the customer's default method. A change of it either waits and then
      // finds what this leaves, or is seen here: one of the two collects with the new method.
      await lockRow(database, 'Customer', { merchantId, id: customerId });
    }
    await lockInvoice(database, { merchantId, id: invoiceId });
    const payment = await database.payment.findUniqueOrThrow({ where: { id } });
    if (!inFlightStatuses.has(payment.status)) return 'already_settled';
    if (outcome.status === 'declined') await recordFailedPayment(transaction, payment, outcome);
    else if (outcome.status !== 'succeeded') await recordWaiting(transaction, payment, outcome);
    return outcome.status;
  });
}

async function recordWaiting(
  transaction: BillingTransaction,
  payment: Payment,
  outcome: Extract<ChargeOutcome, { status: 'processing' | 'requires_action' }>,
): Promise<void> {
  const { database, record } = transaction;
  const status = outcome.status === 'processing' ? 'PROCESSING' : 'REQUIRES_ACTION';
  if (payment.status === status) return;
  await database.payment.update({
    where: { id: payment.id },
    data: {
      status,
      gatewayPaymentId: outcome.gatewayPaymentId,
      actionUrl: outcome.status === 'requires_action' ? outcome.actionUrl : null,
    },
  });
  await record({
    merchantId: payment.merchantId,
    customerId: payment.customerId,
    type: outcome.status === 'processing' ? 'payment.processing' : 'payment.requires_action',
    objectType: 'payment',
    objectId: payment.id,
    data: { invoiceId: payment.invoiceId },
  });
  if (status === 'PROCESSING') return;
  // Nobody is asked to confirm a charge of the method that has just been replaced.
  if (await hasNewMethod(transaction, payment)) return collectWithNewMethod(transaction, payment);
  await oweEmail(transaction, {
    merchantId: payment.merchantId,
    customer: await database.customer.findUniqueOrThrow({ where: { id: payment.customerId } }),
    kind: 'PAYMENT_ACTION_REQUIRED',
    dedupeKey: `payment-action-required:${payment.id}`,
    invoiceId: payment.invoiceId,
    paymentId: payment.id,
  });
}
