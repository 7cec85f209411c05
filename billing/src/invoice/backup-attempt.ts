/**
 * The backup method, tried at once when the default declines. An attempt of its own: it uses up
 * none of the schedule, and there is at most one for each failure.
 */
import type { DunningPolicy, Payment } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { withinAttemptCap } from './plan-next-attempt.ts';

const keyPrefix = 'backup:';

export function isBackupAttempt({ idempotencyKey }: Pick<Payment, 'idempotencyKey'>): boolean {
  return idempotencyKey.startsWith(keyPrefix);
}

/** @returns id of the declined payment after which this backup attempt was made. */
export function declinedBefore({ idempotencyKey }: Pick<Payment, 'idempotencyKey'>): string {
  return idempotencyKey.slice(keyPrefix.length);
}

/**
 * Enqueues the attempt with the customer's backup method, where there is one and the cap on
 * attempts leaves room. The customer is locked.
 *
 * @param failed with the default method
 * @returns whether it follows.
 */
export async function tryBackupMethod(
  { database, now, enqueue }: BillingTransaction,
  failed: Payment,
  facts: { policy: Pick<DunningPolicy, 'attemptCap'>; attempts: readonly Date[] },
): Promise<boolean> {
  const { merchantId, customerId, invoiceId, trigger } = failed;
  const backup = await database.paymentMethod.findFirst({
    where: { merchantId, customerId, isBackup: true, removedAt: null },
    select: { id: true },
  });
  if (!backup || backup.id === failed.paymentMethodId) return false;
  if (withinAttemptCap(now, facts.attempts, facts.policy.attemptCap) > now) return false;
  await enqueue({
    name: 'collect-invoice',
    payload: {
      merchantId,
      invoiceId,
      trigger,
      attemptKey: `${keyPrefix}${failed.id}`,
      backupFor: failed.id,
    },
  });
  return true;
}
