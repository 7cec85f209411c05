import type { Invoice, Payment, PaymentMethod, PaymentTrigger, Transaction } from '@4geeks/prisma';
import { lockInvoice, lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { chargePayment } from '../payment/charge-payment.ts';
import type { SettledAs } from '../payment/settle-payment.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { amountDue } from './amount-due.ts';
import { isInGrace } from './dunning-end.ts';
import { withinAttemptCap } from './plan-next-attempt.ts';
import { recordUncollectable, tellOfFailure } from './record-failed-collection.ts';

export interface CollectInvoiceInput {
  merchantId: string;
  invoiceId: string;
  trigger: PaymentTrigger;
  /**
   * Names this attempt and becomes its idempotency key at the gateway. The same key never makes a
   * second attempt, so the job that carries it may run any number of times.
   */
  attemptKey: string;
  /**
   * The failed payment after which this one is made with the customer's backup method; absent: it
   * is made with the default. Outside the schedule whatever the trigger.
   */
  backupFor?: string | undefined;
}

/** Why no attempt was made. */
export type NotAttempted =
  | 'not_found'
  | 'not_open'
  | 'not_due'
  | 'already_attempted'
  | 'in_flight'
  | 'no_payment_method'
  | 'no_backup_method';

export type CollectionOutcome = SettledAs | NotAttempted;

type Begun = { payment: Payment; invoice: Invoice; method: PaymentMethod };

/**
 * Collects what is due on one invoice with the customer's default payment method, or with the
 * backup after the default has declined.
 *
 * Money never moves twice: the attempt is committed *before* the gateway is called, under the
 * invoice's lock and a unique index that allows one in flight. The answer is applied in a second
 * transaction; if this process dies in between, `recover-payments` settles the attempt by its key.
 *
 * @returns a decline as a value; `unknown` when the gateway gave no answer.
 */
export async function collectInvoice(
  billing: Billing,
  input: CollectInvoiceInput,
): Promise<CollectionOutcome> {
  const system: SystemViewer = { kind: 'system', merchantId: input.merchantId };
  let begun = await inTransaction(billing, system, (tx) => beginAttempt(tx, input));
  if (begun === 'no_payment_method') {
    begun = await inTransaction(billing, system, (tx) => recordNoMethod(tx, input));
  }
  if (typeof begun === 'string') return begun;
  return chargePayment(billing, begun.payment, begun.method, begun.invoice);
}

async function beginAttempt(
  transaction: BillingTransaction,
  { merchantId, invoiceId, trigger, attemptKey, backupFor }: CollectInvoiceInput,
): Promise<Begun | NotAttempted> {
  const { database, now, record } = transaction;
  // A backup may be removed at any time, but not while it is being chosen.
  if (backupFor) await lockCustomerOf(database, { merchantId, invoiceId });
  if (!(await lockInvoice(database, { merchantId, id: invoiceId }))) return 'not_found';
  const { customer, payments, dunningCase, dunningPolicy, ...invoice } =
    await database.invoice.findUniqueOrThrow({
      where: { id: invoiceId },
      include: {
        payments: {
          orderBy: { attemptNumber: 'desc' },
          select: { attemptNumber: true, idempotencyKey: true, status: true, createdAt: true },
        },
        dunningCase: { select: { lostAt: true } },
        dunningPolicy: { select: { attemptCap: true } },
        customer: {
          select: {
            paymentMethods: {
              where: { removedAt: null, ...(backupFor ? { isBackup: true } : { isDefault: true }) },
              take: 1,
            },
          },
        },
      },
    });
  if (payments.some(({ idempotencyKey }) => idempotencyKey === attemptKey)) {
    return 'already_attempted';
  }
  if (invoice.status !== 'OPEN') return 'not_open';
  if (payments.some(({ status }) => inFlightStatuses.has(status))) return 'in_flight';
  const scheduled = trigger === 'DUNNING' && !backupFor;
  if (scheduled) {
    if (!invoice.nextAttemptAt || invoice.nextAttemptAt > now) return 'not_due';
    if (isInGrace(invoice, dunningCase)) return 'not_due';
    // What somebody asked for meanwhile counts too.
    const made = payments.map(({ createdAt }) => createdAt);
    const at = dunningPolicy ? withinAttemptCap(now, made, dunningPolicy.attemptCap) : now;
    if (at > now) {
      await database.invoice.update({ where: { id: invoiceId }, data: { nextAttemptAt: at } });
      return 'not_due';
    }
  }

  const [method] = customer.paymentMethods;
  if (!method && backupFor) {
    // Taken away meanwhile: the failure of the default is the last word, and still to be told.
    await tellOfFailure(transaction, invoice, backupFor);
    return 'no_backup_method';
  }
  if (!method) return 'no_payment_method';

  const payment = await database.payment.create({
    data: {
      merchantId,
      customerId: invoice.customerId,
      invoiceId,
      paymentMethodId: method.id,
      trigger,
      attemptNumber: (payments[0]?.attemptNumber ?? 0) + 1,
      amountMinor: amountDue(invoice),
      currency: invoice.currency,
      idempotencyKey: attemptKey,
      createdAt: now,
    },
  });
  if (scheduled) {
    // Taken: the sweep must not find it again while it is in flight. Settling plans what follows.
    await database.invoice.update({
      where: { id: invoiceId },
      data: { nextAttemptAt: null, dunningRetries: { increment: 1 } },
    });
  }
  await record({
    merchantId,
    customerId: invoice.customerId,
    type: 'payment.started',
    objectType: 'payment',
    objectId: payment.id,
    data: { invoiceId, trigger, attemptNumber: payment.attemptNumber },
  });
  return { payment, invoice, method };
}

/**
 * Begins again with the customer locked: a first method added meanwhile is used; one added from now
 * on finds the invoice past due and collects it.
 */
async function recordNoMethod(
  transaction: BillingTransaction,
  input: CollectInvoiceInput,
): Promise<Begun | NotAttempted> {
  const { database } = transaction;
  await lockCustomerOf(database, input);
  const begun = await beginAttempt(transaction, input);
  if (begun === 'no_payment_method') {
    const invoice = await database.invoice.findUniqueOrThrow({
      where: { id: input.invoiceId },
    });
    await recordUncollectable(transaction, invoice, input.trigger);
  }
  return begun;
}

async function lockCustomerOf(
  database: Transaction,
  { merchantId, invoiceId: id }: Pick<CollectInvoiceInput, 'merchantId' | 'invoiceId'>,
): Promise<void> {
  const invoice = await database.invoice.findUnique({
    where: { merchantId_id: { merchantId, id } },
    select: { customerId: true },
  });
  if (invoice) await lockRow(database, 'Customer', { merchantId, id: invoice.customerId });
}
