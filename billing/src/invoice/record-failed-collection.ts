import type { DunningPolicy, Invoice, Payment, PaymentTrigger, Prisma } from '@4geeks/prisma';
import { oweEmail } from '../notification/owe-email.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import type { BillingTransaction } from '../transaction.ts';
import { classifyDecline, planNextAttempt, type Plan } from './plan-next-attempt.ts';

/** Decline code of a charge that we gave up ourselves (PaymentGateway.cancelCharge). */
const givenUpCode = 'canceled';

/**
 * A declined attempt, and what follows: the invoice past due, its next retry planned by the policy
 * it began with, the subscription past due, the customer told. Part of settling; the invoice is
 * locked.
 */
export async function recordFailedPayment(
  transaction: BillingTransaction,
  payment: Payment,
  { gatewayPaymentId, declineCode }: { gatewayPaymentId: string; declineCode: string },
): Promise<void> {
  const { database, now, record, enqueue } = transaction;
  const { merchantId, customerId } = payment;
  const invoice = await database.invoice.findUniqueOrThrow({ where: { id: payment.invoiceId } });
  const policy = await policyOf(transaction, invoice);
  const declineClass = classifyDecline(declineCode, policy.hardDeclineCodes);
  await database.payment.update({
    where: { id: payment.id },
    data: {
      status: 'FAILED',
      gatewayPaymentId,
      declineCode,
      declineClass,
      actionUrl: null,
      settledAt: now,
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'payment.failed',
    objectType: 'payment',
    objectId: payment.id,
    data: { invoiceId: invoice.id, declineCode, declineClass, trigger: payment.trigger },
  });

  const faults = await database.payment.count({
    where: { merchantId, invoiceId: invoice.id, declineClass: 'GATEWAY_FAULT' },
  });
  if (payment.trigger === 'DUNNING' && declineClass === 'GATEWAY_FAULT') {
    // The processor's fault does not use up the customer's schedule.
    await database.invoice.update({
      where: { id: invoice.id },
      data: { dunningRetries: { decrement: 1 } },
    });
    invoice.dunningRetries -= 1;
  }
  if (declineCode === givenUpCode) {
    // Whoever gave it up tries another method next, and the customer hears of that one.
    const plan = planAsBefore(invoice);
    return applyFailure(transaction, { invoice, policy, plan, tell: null });
  }
  const plan = planNextAttempt({
    now,
    trigger: payment.trigger,
    declineClass,
    retryDays: policy.retryDays,
    retriesUsed: invoice.dunningRetries,
    faults,
    planned: invoice.nextAttemptAt,
  });
  const methodChanged = await hasNewMethod(transaction, payment);
  await applyFailure(transaction, {
    invoice,
    policy,
    // The last word is the new method's, not that of the one it replaced.
    plan: methodChanged && plan.kind === 'exhausted' ? { kind: 'wait' } : plan,
    tell: { paymentId: payment.id },
  });
  if (methodChanged) {
    // The update's own collection found the invoice taken by this attempt. It is owed one now.
    await enqueue({
      name: 'collect-past-due-invoices',
      payload: { merchantId, customerId, requestId: payment.id },
    });
  }
}

function planAsBefore({ nextAttemptAt }: Invoice): Plan {
  return nextAttemptAt ? { kind: 'retry', at: nextAttemptAt } : { kind: 'wait' };
}

/** An invoice nobody could be charged for: past due like a declined one, waiting for a method. */
export async function recordUncollectable(
  transaction: BillingTransaction,
  invoice: Invoice,
  trigger: PaymentTrigger,
): Promise<void> {
  if (invoice.pastDueSince && trigger !== 'DUNNING') return;
  const policy = await policyOf(transaction, invoice);
  await applyFailure(transaction, {
    invoice,
    policy,
    plan: { kind: 'wait' },
    tell: { paymentId: null },
  });
}

/** Whether the default changed while the attempt was in flight. The customer is locked. */
async function hasNewMethod({ database }: BillingTransaction, payment: Payment): Promise<boolean> {
  const { merchantId, customerId } = payment;
  const current = await database.paymentMethod.findFirst({
    where: { merchantId, customerId, isDefault: true, removedAt: null },
    select: { id: true },
  });
  return current !== null && current.id !== payment.paymentMethodId;
}

/** The policy the invoice's retries follow: its own from the first failure on, else the newest. */
async function policyOf(
  { database }: BillingTransaction,
  invoice: Invoice,
): Promise<DunningPolicy> {
  const { merchantId, dunningPolicyId } = invoice;
  return database.dunningPolicy.findFirstOrThrow({
    where: { merchantId, ...(dunningPolicyId ? { id: dunningPolicyId } : {}) },
    orderBy: { version: 'desc' },
  });
}

interface Failure {
  invoice: Invoice;
  policy: DunningPolicy;
  plan: Plan;
  /** The mail about it; null: none. Without a payment it is about the missing method. */
  tell: { paymentId: string | null } | null;
}

async function applyFailure(
  transaction: BillingTransaction,
  { invoice, policy, plan, tell }: Failure,
): Promise<void> {
  const { database, now, record } = transaction;
  const { merchantId, customerId, subscriptionId } = invoice;
  const about = { merchantId, customerId, objectType: 'invoice', objectId: invoice.id } as const;

  const data: Prisma.InvoiceUncheckedUpdateInput = {
    nextAttemptAt: plan.kind === 'retry' ? plan.at : null,
  };
  if (!invoice.pastDueSince) {
    data.pastDueSince = now;
    data.dunningPolicyId = policy.id;
    await record({ ...about, type: 'invoice.past_due', data: { number: invoice.number } });
  }

  const subscription =
    subscriptionId === null
      ? null
      : await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
  if (subscription?.cancelAtPeriodEnd || subscription?.endedAt) data.nextAttemptAt = null;
  await database.invoice.update({ where: { id: invoice.id }, data });

  if (subscription) {
    const { id } = subscription;
    const subject = { merchantId, customerId, objectType: 'subscription', objectId: id } as const;
    if (subscription.status === 'ACTIVE' || subscription.status === 'TRIALING') {
      await database.subscription.update({ where: { id }, data: { status: 'PAST_DUE' } });
      await record({ ...subject, type: 'subscription.past_due', data: {} });
    }
    if (plan.kind === 'exhausted' && !subscription.endedAt) {
      if (policy.finalAction === 'CANCEL_SUBSCRIPTION') {
        await endSubscription(transaction, subscription, now);
      } else if (policy.finalAction === 'MARK_UNPAID') {
        await database.subscription.update({
          where: { id },
          data: { status: 'UNPAID', nextRenewalAt: null },
        });
        await record({ ...subject, type: 'subscription.unpaid', data: {} });
      }
    }
  }

  if (!tell) return;
  const { paymentId } = tell;
  await oweEmail(transaction, {
    merchantId,
    customer: await database.customer.findUniqueOrThrow({ where: { id: customerId } }),
    kind: 'PAYMENT_FAILED',
    dedupeKey: `payment-failed:${paymentId ?? invoice.id}`,
    invoiceId: invoice.id,
    ...(paymentId ? { paymentId } : {}),
  });
}
