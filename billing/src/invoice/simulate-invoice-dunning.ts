import type { DunningPolicy } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import {
  changedRules,
  currentDunningPolicy,
  type DunningPolicyChange,
} from '../dunning-policy/update-dunning-policy.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import { isInGrace } from './dunning-end.ts';
import {
  finalAction,
  simulateDunning,
  type DunningSimulation,
  type SimulatedEnd,
} from './simulate-dunning.ts';

export interface SimulateDunningInput {
  /** An invoice as it stands; absent: one whose first attempt fails now. */
  invoiceId?: string | null | undefined;
  /** Changes of the policy to try out; absent: the invoice's own, or the merchant's newest. */
  policy?: DunningPolicyChange | null | undefined;
  /** The answer to every attempt from now on. Default insufficient_funds. */
  declineCode?: string | null | undefined;
}

/** NOTHING: neither a retry nor an end is planned (settled, in flight, cancelled, given up). */
export type InvoiceDunningSimulation = Omit<DunningSimulation, 'end'> & {
  end: SimulatedEnd | 'NOTHING';
};

/**
 * Answers when an invoice is retried and how that ends, if every attempt is declined alike. Changes
 * nothing, and asks nobody.
 *
 * @throws NotFoundError invoice
 * @throws InvalidInputError DECLINE_CODE_MALFORMED, and see validateDunningRules
 */
export async function simulateInvoiceDunning(
  billing: Billing,
  actor: Actor,
  { invoiceId, policy: change, declineCode }: SimulateDunningInput,
): Promise<InvoiceDunningSimulation> {
  authorize(actor, { staff: 'merchant:read', apiKey: 'merchant:read' });
  if (invoiceId) authorize(actor, { staff: 'invoices:read', apiKey: 'invoices:read' });
  const { merchantId } = actor;
  const { database } = billing;
  const code = declineCode ?? 'insufficient_funds';
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(code)) {
    throw new InvalidInputError('declineCode', 'DECLINE_CODE_MALFORMED', 'No decline code.');
  }
  const now = await billingTime(billing, merchantId);
  const rulesFrom = async (own: DunningPolicy | null) =>
    changedRules(own ?? (await currentDunningPolicy(database, merchantId)), change ?? {});
  const begin = {
    declineCode: code,
    nextAttemptAt: now,
    trigger: 'RENEWAL',
    retriesUsed: 0,
    faults: 0,
    attempts: [],
    hasBackup: false,
    hasSubscription: true,
  } as const;
  if (!invoiceId) return simulateDunning({ ...begin, policy: await rulesFrom(null) });

  const invoice = await database.invoice.findUnique({
    where: { merchantId_id: { merchantId, id: invoiceId } },
    include: {
      dunningPolicy: true,
      dunningCase: { select: { lostAt: true } },
      payments: { select: { createdAt: true, declineClass: true, status: true } },
      customer: {
        select: { paymentMethods: { where: { isBackup: true, removedAt: null }, take: 1 } },
      },
    },
  });
  if (!invoice) throw new NotFoundError('invoice');
  const policy = await rulesFrom(invoice.dunningPolicy);
  const { nextAttemptAt, payments, pastDueSince } = invoice;
  const hasSubscription = invoice.subscriptionId !== null;
  const nothing = { attemptsAt: [], end: 'NOTHING', endsAt: null } as const;
  if (invoice.status !== 'OPEN' || payments.some(({ status }) => inFlightStatuses.has(status))) {
    return { ...nothing, attemptsAt: [] };
  }
  if (isInGrace(invoice, invoice.dunningCase)) {
    const end = finalAction({ policy, hasSubscription });
    return { attemptsAt: [], end, endsAt: nextAttemptAt };
  }
  if (pastDueSince && !nextAttemptAt) return { ...nothing, attemptsAt: [] };
  return simulateDunning({
    ...begin,
    policy,
    nextAttemptAt: nextAttemptAt ?? now,
    trigger: pastDueSince ? 'DUNNING' : 'RENEWAL',
    retriesUsed: invoice.dunningRetries,
    faults: payments.filter(({ declineClass }) => declineClass === 'GATEWAY_FAULT').length,
    attempts: payments.map(({ createdAt }) => createdAt),
    hasBackup: invoice.customer.paymentMethods.length > 0,
    hasSubscription,
  });
}
