/** A default that changed while an attempt with the one before was in flight is tried next. */
import type { Payment } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { declinedBefore, isBackupAttempt } from './backup-attempt.ts';

/**
 * Whether the default changed while the attempt was in flight; of one with the backup: since the attempt
 * before that. The customer is locked.
 */
export async function hasNewMethod(
  { database }: BillingTransaction,
  payment: Payment,
): Promise<boolean> {
  const { merchantId, customerId } = payment;
  const { paymentMethodId } = isBackupAttempt(payment)
    ? await database.payment.findUniqueOrThrow({
        where: { merchantId_id: { merchantId, id: declinedBefore(payment) } },
        select: { paymentMethodId: true },
      })
    : payment;
  const current = await database.paymentMethod.findFirst({
    where: { merchantId, customerId, isDefault: true, removedAt: null },
    select: { id: true },
  });
  return current !== null && current.id !== paymentMethodId;
}

/** The update's own collection found the invoice taken by `payment`. It is owed one now. */
export async function collectWithNewMethod(
  { enqueue }: BillingTransaction,
  { id: requestId, merchantId, customerId }: Payment,
): Promise<void> {
  await enqueue({
    name: 'collect-past-due-invoices',
    payload: { merchantId, customerId, requestId },
  });
}
