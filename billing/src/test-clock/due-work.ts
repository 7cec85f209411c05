/**
 * All that comes due by itself for a merchant: when the next of it is due, and doing it. Whatever
 * waits for an instant of billing time is named here, or a test clock would pass it by.
 *
 * A column says when it is due, never a job that runs later: the queue goes by the wall clock.
 */
import type { Transaction } from '@4geeks/prisma';
import { retryableNow, retryDueInvoices } from '../invoice/retry-due-invoices.ts';
import {
  nextExpiryNoticeAt,
  notifyExpiringPaymentMethods,
} from '../payment-method/notify-expiring-payment-methods.ts';
import { confirmBy } from '../payment/confirm-by.ts';
import { recoverPayments, recoverWaitingPayments } from '../payment/recover-payments.ts';
import type { Billing } from '../ports.ts';
import { recoverRefunds } from '../refund/recover-refunds.ts';
import { renewDueSubscriptions } from '../subscription/renew-due-subscriptions.ts';

/**
 * Does what is due by the merchant's own time, as the sweeps do it for everybody.
 *
 * @returns whether there was any: what follows from it may be due at once, and its jobs run first.
 * @throws AggregateError where some of it could not be done
 */
export async function doDueWork(billing: Billing, merchantId: string): Promise<boolean> {
  // In the order of the sweeps. What the gateway has to say comes first.
  const sweeps = [
    recoverPayments,
    recoverWaitingPayments,
    recoverRefunds,
    renewDueSubscriptions,
    retryDueInvoices,
    notifyExpiringPaymentMethods,
  ];
  let done = 0;
  for (const sweep of sweeps) done += await sweep(billing, merchantId);
  return done > 0;
}

/** Whether the gateway owes an answer, without which nothing that comes later may happen. */
export async function awaitsAnswer(database: Transaction, merchantId: string): Promise<boolean> {
  const where = { merchantId, status: 'PENDING' } as const;
  return (
    (await database.payment.count({ where })) > 0 || (await database.refund.count({ where })) > 0
  );
}

/** @returns the earliest instant something is due at, which may have passed; null: nothing will be. */
export async function nextDueAt(
  { gateway, clock }: Pick<Billing, 'gateway' | 'clock'>,
  database: Transaction,
  merchantId: string,
): Promise<Date | null> {
  const { _min: subscription } = await database.subscription.aggregate({
    where: { merchantId },
    _min: { nextRenewalAt: true, resumesAt: true },
  });
  const { _min: invoice } = await database.invoice.aggregate({
    where: { merchantId, ...retryableNow },
    _min: { nextAttemptAt: true },
  });
  const { _min: unconfirmed } = await database.payment.aggregate({
    where: { merchantId, status: 'REQUIRES_ACTION' },
    _min: { createdAt: true },
  });
  const merchant = await database.merchant.findUnique({ where: { id: merchantId } });
  const now = merchant?.testClockNow ?? clock.now();
  const instants = [
    subscription.nextRenewalAt,
    subscription.resumesAt,
    invoice.nextAttemptAt,
    unconfirmed.createdAt && confirmBy(unconfirmed.createdAt),
    await nextExpiryNoticeAt(database, merchantId, now),
    await gateway.nextTestClockEvent(merchantId),
  ].filter((instant) => instant !== null);
  return instants.length === 0 ? null : new Date(Math.min(...instants.map(Number)));
}
