import type {
  DunningPolicy,
  Invoice,
  Payment,
  PaymentMethodType,
  PaymentTrigger,
  Prisma,
} from '@4geeks/prisma';
import { oweFailureEmail } from '../notification/owe-failure-email.ts';
import { givenUpCode, unconfirmedCode } from '../payment/given-up.ts';
import { statusAfter } from '../subscription/transitions.ts';
import type { BillingTransaction } from '../transaction.ts';
import { amountDue } from './amount-due.ts';
import { isBackupAttempt, tryBackupMethod } from './backup-attempt.ts';
import { collectWithNewMethod, hasNewMethod } from './collect-with-new-method.ts';
import { isInGrace } from './dunning-end.ts';
import { endDunningNow } from './end-dunning.ts';
import {
  classifyDecline,
  isOutsideSchedule,
  leaveTurn,
  planNextAttempt,
  type Plan,
} from './plan-next-attempt.ts';

/** Stands for a decline code where there was nothing to charge. */
const noMethodCode = 'no_payment_method';

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
  const { database, now, record } = transaction;
  const { merchantId, customerId } = payment;
  const { dunningCase, payments, ...invoice } = await database.invoice.findUniqueOrThrow({
    where: { id: payment.invoiceId },
    include: {
      dunningCase: { select: { lostAt: true } },
      payments: { select: { createdAt: true, declineClass: true } },
    },
  });
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

  const before = payments.filter((other) => other.declineClass === 'GATEWAY_FAULT').length;
  const faults = before + (declineClass === 'GATEWAY_FAULT' ? 1 : 0);
  const { type: methodType } = await database.paymentMethod.findUniqueOrThrow({
    where: { id: payment.paymentMethodId },
    select: { type: true },
  });
  const failed = { invoice, policy, methodType };
  const asBefore = planAsBefore(invoice, dunningCase);
  if (declineCode === givenUpCode) {
    // Whoever gave it up tries another method next, and the customer hears of that one.
    return applyFailure(transaction, {
      ...failed,
      declineCode: unconfirmedCode,
      plan: asBefore,
      tell: null,
    });
  }
  if (isBackupAttempt(payment)) {
    // The decline of the default has planned what follows.
    const tell = { paymentId: payment.id, trigger: payment.trigger };
    await applyFailure(transaction, { ...failed, declineCode, plan: asBefore, tell });
    if (await hasNewMethod(transaction, payment)) await collectWithNewMethod(transaction, payment);
    return;
  }
  if (payment.trigger === 'DUNNING' && isOutsideSchedule(declineClass, faults)) {
    // The processor's fault does not use up the customer's schedule.
    await database.invoice.update({
      where: { id: invoice.id },
      data: { dunningRetries: { decrement: 1 } },
    });
    invoice.dunningRetries -= 1;
  }
  const plan = planNextAttempt({
    now,
    trigger: payment.trigger,
    declineClass,
    policy,
    retriesUsed: invoice.dunningRetries,
    faults,
    attempts: payments.map(({ createdAt }) => createdAt),
    planned: invoice.nextAttemptAt,
    inGrace: isInGrace(invoice, dunningCase),
  });
  const methodChanged = await hasNewMethod(transaction, payment);
  const backupFollows =
    !methodChanged &&
    policy.useBackupMethod &&
    declineClass !== 'GATEWAY_FAULT' &&
    (await tryBackupMethod(transaction, payment, {
      policy,
      attempts: payments.map(({ createdAt }) => createdAt),
    }));
  await applyFailure(transaction, {
    ...failed,
    declineCode,
    // The last word is the other method's, not that of this one.
    plan: methodChanged || backupFollows ? leaveTurn(plan, now) : plan,
    // The customer hears of the backup's failure, if it fails too, or of none.
    tell: backupFollows ? null : { paymentId: payment.id, trigger: payment.trigger },
  });
  if (methodChanged) await collectWithNewMethod(transaction, payment);
}

function planAsBefore(invoice: Invoice, dunningCase: { lostAt: Date | null } | null): Plan {
  const { nextAttemptAt } = invoice;
  if (!nextAttemptAt) return { kind: 'wait' };
  return isInGrace(invoice, dunningCase)
    ? { kind: 'exhausted', endsAt: nextAttemptAt }
    : { kind: 'retry', at: nextAttemptAt };
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
    declineCode: noMethodCode,
    methodType: null,
    plan: { kind: 'wait' },
    tell: { paymentId: null, trigger },
  });
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
  /** Why, and what was charged: kept of the first failure. */
  declineCode: string;
  methodType: PaymentMethodType | null;
  plan: Plan;
  /** The mail about it; null: none. Without a payment it is about the missing method. */
  tell: { paymentId: string | null; trigger: PaymentTrigger } | null;
}

async function applyFailure(transaction: BillingTransaction, failure: Failure): Promise<void> {
  const { database, now, record } = transaction;
  const { invoice, policy, plan } = failure;
  const { merchantId, customerId, subscriptionId } = invoice;
  const about = { merchantId, customerId, objectType: 'invoice', objectId: invoice.id } as const;

  const data: Prisma.InvoiceUncheckedUpdateInput = { nextAttemptAt: plannedInstant(plan) };
  if (!invoice.pastDueSince) {
    data.pastDueSince = now;
    data.dunningPolicyId = policy.id;
    await record({ ...about, type: 'invoice.past_due', data: { number: invoice.number } });
  }

  const subscription =
    subscriptionId === null
      ? null
      : await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
  // Nothing retries what a canceled or paused subscription owes.
  if (subscription?.cancelAtPeriodEnd || subscription?.endedAt || subscription?.pausedAt) {
    data.nextAttemptAt = null;
  }
  await database.invoice.update({ where: { id: invoice.id }, data });

  // A retry that is planned after all, in grace, puts off the end with it.
  const lostAt = plan.kind === 'exhausted' ? plan.endsAt : null;
  await database.dunningCase.upsert({
    where: { invoiceId: invoice.id },
    create: {
      invoiceId: invoice.id,
      merchantId,
      customerId,
      currency: invoice.currency,
      amountMinor: amountDue(invoice),
      declineCode: failure.declineCode,
      methodType: failure.methodType,
      openedAt: invoice.pastDueSince ?? now,
      lostAt,
    },
    update: plan.kind === 'wait' ? {} : { lostAt },
  });

  const status = subscription && statusAfter('collectionFailed', subscription.status);
  if (subscription && status && status !== subscription.status) {
    const { id } = subscription;
    await database.subscription.update({ where: { id }, data: { status } });
    await record({
      merchantId,
      customerId,
      objectType: 'subscription',
      objectId: id,
      type: 'subscription.past_due',
      data: {},
    });
  }
  if (plan.kind === 'exhausted' && plan.endsAt <= now) {
    await endDunningNow(transaction, invoice, policy);
  }
  if (failure.tell) {
    const customer = await database.customer.findUniqueOrThrow({ where: { id: customerId } });
    await oweFailureEmail(transaction, { ...invoice, customer }, failure.tell);
  }
}

function plannedInstant(plan: Plan): Date | null {
  switch (plan.kind) {
    case 'retry':
      return plan.at;
    case 'exhausted':
      return plan.endsAt;
    case 'wait':
      return null;
  }
}
