import type { Payment } from '@4geeks/prisma';
import { lockInvoice, lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { recordFailedPayment } from '../invoice/record-failed-collection.ts';
import {
  collectedInvoice,
  recordCollectedInvoice,
  type CollectedInvoice,
} from '../invoice/record-collected-invoice.ts';
import { oweEmail } from '../notification/owe-email.ts';
import type { Billing, ChargeOutcome } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { inFlightStatuses } from './statuses.ts';

export type SettledAs =
  'succeeded' | 'declined' | 'processing' | 'requires_action' | 'already_settled' | 'unknown';

/**
 * Applies the gateway's answer to an attempt, once: whoever comes second (the collector, recovery,
 * a webhook) finds it settled and changes nothing.
 */
export async function settlePayment(
  billing: Billing,
  {
    id,
    merchantId,
    customerId,
    invoiceId,
  }: Pick<Payment, 'id' | 'merchantId' | 'customerId' | 'invoiceId'>,
  outcome: ChargeOutcome,
): Promise<SettledAs> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database } = transaction;
    if (outcome.status === 'declined') {
      // What follows depends on the customer's default method. A change of it either waits and then
      // finds the invoice past due, or is seen here: one of the two collects with the new method.
      await lockRow(database, 'Customer', { merchantId, id: customerId });
    }
    await lockInvoice(database, { merchantId, id: invoiceId });
    const { invoice, ...payment } = await database.payment.findUniqueOrThrow({
      where: { id },
      include: { invoice: { include: collectedInvoice(invoiceId) } },
    });
    if (!inFlightStatuses.has(payment.status)) return 'already_settled';
    switch (outcome.status) {
      case 'succeeded':
        await recordSuccess(transaction, payment, invoice, outcome.gatewayPaymentId);
        return 'succeeded';
      case 'declined':
        await recordFailedPayment(transaction, payment, outcome);
        return 'declined';
      case 'processing':
      case 'requires_action':
        await recordWaiting(transaction, payment, invoice, outcome);
        return outcome.status;
    }
  });
}

async function recordSuccess(
  transaction: BillingTransaction,
  payment: Payment,
  invoice: CollectedInvoice,
  gatewayPaymentId: string,
): Promise<void> {
  const { database, now, record } = transaction;
  await database.payment.update({
    where: { id: payment.id },
    data: { status: 'SUCCEEDED', gatewayPaymentId, actionUrl: null, settledAt: now },
  });
  await record({
    merchantId: payment.merchantId,
    customerId: payment.customerId,
    type: 'payment.succeeded',
    objectType: 'payment',
    objectId: payment.id,
    data: {
      invoiceId: payment.invoiceId,
      amountMinor: payment.amountMinor.toString(),
      currency: payment.currency,
      trigger: payment.trigger,
    },
  });
  await recordCollectedInvoice(transaction, payment, invoice);
}

async function recordWaiting(
  transaction: BillingTransaction,
  payment: Payment,
  { customer }: Pick<CollectedInvoice, 'customer'>,
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
  await oweEmail(transaction, {
    merchantId: payment.merchantId,
    customer,
    kind: 'PAYMENT_ACTION_REQUIRED',
    dedupeKey: `payment-action-required:${payment.id}`,
    invoiceId: payment.invoiceId,
    paymentId: payment.id,
  });
}
