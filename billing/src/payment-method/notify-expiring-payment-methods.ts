import type { DatabaseReader, Prisma } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { lockRow } from '../access/lock.ts';
import { oweEmail } from '../notification/owe-email.ts';
import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { dueScope } from '../test-clock/due-scope.ts';
import { inTransaction } from '../transaction.ts';
import { subscriptionsChargedTo } from './charged-subscriptions.ts';
import { expiresSoon, soonFrom, soonSince } from './expiry.ts';

const batchSize = 200;

/** What a subscription is charged to, and whose expiry nobody was told of. */
const toBeTold = {
  removedAt: null,
  expiryNotifiedAt: null,
  OR: [{ isDefault: true }, { isBackup: true }],
  customer: { subscriptions: { some: subscriptionsChargedTo } },
} satisfies Prisma.PaymentMethodWhereInput;

/** When the next of a merchant's cards begins to expire soon; null: none will. */
export async function nextExpiryNoticeAt(
  database: DatabaseReader,
  merchantId: string,
  now: Date,
): Promise<Date | null> {
  const { _min: next } = await database.paymentMethod.aggregate({
    where: { merchantId, ...toBeTold, expiresAt: { gt: now } },
    _min: { expiresAt: true },
  });
  return next.expiresAt && soonSince(next.expiresAt);
}

/**
 * Owes a mail to everybody whose default or backup card expires soon while a subscription is charged
 * to it: once a card and expiry. Found by index among what expires and has not been told.
 *
 * @param merchantId absent: everybody's who has no test clock; else of this one, by its own time.
 * @returns how many were told.
 * @throws AggregateError after the others are done, where some could not be told.
 */
export async function notifyExpiringPaymentMethods(
  billing: Billing,
  merchantId?: string,
): Promise<number> {
  const { now, owner } = await dueScope(billing, merchantId);
  const failures = new SweepFailures();
  let told = 0;
  let afterId: string | null = null;
  for (;;) {
    const found: { id: string; merchantId: string; customerId: string }[] =
      await billing.database.paymentMethod.findMany({
        where: {
          ...owner,
          ...toBeTold,
          expiresAt: { gt: now, lte: soonFrom(now) },
          ...(afterId ? { id: { gt: afterId } } : {}),
        },
        orderBy: { id: 'asc' },
        take: batchSize,
        select: { id: true, merchantId: true, customerId: true },
      });
    for (const method of found) {
      try {
        if (await notifyOne(billing, method)) told += 1;
      } catch (error) {
        failures.add(error);
      }
    }
    afterId = found.at(-1)?.id ?? null;
    if (found.length < batchSize) break;
  }
  failures.throwIfAny();
  return told;
}

/** @returns false when it was told, replaced or removed meanwhile. */
async function notifyOne(
  billing: Billing,
  { id, merchantId, customerId }: { id: string; merchantId: string; customerId: string },
): Promise<boolean> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, now, record } = transaction;
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const { customer, ...method } = await database.paymentMethod.findUniqueOrThrow({
      where: { id },
      include: { customer: true },
    });
    const used = method.removedAt === null && (method.isDefault || method.isBackup);
    if (!used || method.expiryNotifiedAt || !expiresSoon(method, now)) return false;
    await database.paymentMethod.update({ where: { id }, data: { expiryNotifiedAt: now } });
    await record({
      merchantId,
      customerId,
      type: 'payment_method.expiring',
      objectType: 'payment_method',
      objectId: id,
      data: {
        brand: method.brand,
        last4: method.last4,
        expMonth: method.expMonth,
        expYear: method.expYear,
        isDefault: method.isDefault,
      },
    });
    await oweEmail(transaction, {
      merchantId,
      customer,
      kind: 'PAYMENT_METHOD_EXPIRING',
      dedupeKey: `payment-method-expiring:${id}:${method.expYear}-${method.expMonth}`,
      paymentMethodId: id,
    });
    return true;
  });
}
