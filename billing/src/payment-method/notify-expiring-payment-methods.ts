import type { Prisma } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { lockRow } from '../access/lock.ts';
import { oweEmail } from '../notification/owe-email.ts';
import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { inTransaction } from '../transaction.ts';
import { subscriptionsChargedTo } from './charged-subscriptions.ts';
import { expiresSoon, soonFrom } from './expiry.ts';

const batchSize = 200;

/**
 * Owes a mail to everybody whose default or backup card expires soon while a subscription is charged
 * to it: once a card and expiry. Found by index among what expires and has not been told.
 *
 * @returns how many were told.
 * @throws AggregateError after the others are done, where some could not be told.
 */
export async function notifyExpiringPaymentMethods(billing: Billing): Promise<number> {
  const { database, clock } = billing;
  const clocks = await database.merchant.findMany({
    where: { testClockNow: { not: null } },
    select: { id: true, testClockNow: true },
  });
  const failures = new SweepFailures();
  let told = await notifyDue(billing, failures, clock.now(), { merchant: { testClockNow: null } });
  for (const { id: merchantId, testClockNow } of clocks) {
    told += await notifyDue(billing, failures, testClockNow!, { merchantId });
  }
  failures.throwIfAny();
  return told;
}

/** @param now of the merchants that `where` is about */
async function notifyDue(
  billing: Billing,
  failures: SweepFailures,
  now: Date,
  where: Prisma.PaymentMethodWhereInput,
): Promise<number> {
  let told = 0;
  let afterId: string | null = null;
  for (;;) {
    const found: { id: string; merchantId: string; customerId: string }[] =
      await billing.database.paymentMethod.findMany({
        where: {
          ...where,
          removedAt: null,
          expiryNotifiedAt: null,
          expiresAt: { gt: now, lte: soonFrom(now) },
          OR: [{ isDefault: true }, { isBackup: true }],
          customer: { subscriptions: { some: subscriptionsChargedTo } },
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
    if (found.length < batchSize) return told;
  }
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
