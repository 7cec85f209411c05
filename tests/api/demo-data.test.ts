/** Holds the demo's data to its promise: every state is seen somewhere, and the main story stands. */
import { createSandboxGateway } from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { seedDemo } from '@4geeks/api/seed/seed-demo';
import {
  BillingInterval,
  DisputeStatus,
  InvoiceStatus,
  Locale,
  PaymentMethodType,
  PaymentStatus,
  PriceType,
  SubscriptionStatus,
} from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { cleanUp } from '../testkit/clean-up.ts';

const t = await testBilling();
const { database } = t.billing;
const clock = { now: t.clock.now() };
const sandbox = createSandboxGateway({
  connectionString: t.database.url,
  publicUrl: t.billing.publicUrl,
  secret: 'secret of the sandbox in tests',
  now: () => clock.now,
  webhooks: {
    secret: 'whsec_c2VlZHM=',
    url: () => t.billing.publicUrl,
    post: async () => new Response(null, { status: 204 }),
  },
});
cleanUp(() => sandbox.close());
const seeded = await seedDemo({
  billing: t.billing,
  sandbox,
  clock,
  createStaffUser: async ({ name, email }) =>
    (await database.staffUser.create({ data: { name, email } })).id,
  staffPassword: 'not used here',
});

/** How often each state is seen. */
const subscriptions = (where: object) => () => database.subscription.count({ where });
const invoices = (where: object) => () => database.invoice.count({ where });
const prices = (where: object) => () => database.price.count({ where });
const payments = (where: object) => () => database.payment.count({ where });
const products = (where: object) => () => database.product.count({ where });

/** Every state that the demo shows, by name. A new kind of thing adds its own. */
const states: Record<string, () => Promise<number>> = {
  ...Object.fromEntries(
    Object.values(SubscriptionStatus).map((status) => [
      `subscription ${status}`,
      subscriptions({ status }),
    ]),
  ),
  'subscription that ends with its period': subscriptions({ cancelAtPeriodEnd: true }),
  'subscription with a planned change': subscriptions({ scheduledItems: { some: {} } }),
  'subscription paused until a day': subscriptions({ resumesAt: { not: null } }),
  'subscription in its trial': subscriptions({ trialEnd: { gt: clock.now } }),
  'subscription with a discount': subscriptions({ discounts: { some: { endedAt: null } } }),
  'subscription of several items': async () => {
    const items = await database.subscriptionItem.groupBy({
      by: ['subscriptionId'],
      _count: true,
    });
    return items.filter(({ _count }) => _count > 1).length;
  },
  'subscription of a quantity': subscriptions({ items: { some: { quantity: { gt: 1 } } } }),
  'subscription by the year': subscriptions({ interval: BillingInterval.YEAR }),
  'subscription anchored on a day of the month': () =>
    database.invoiceLine.count({
      where: { proration: true, amountMinor: { gt: 0 }, invoice: { periodStart: { not: null } } },
    }),
  'subscription to what is no longer sold': subscriptions({
    endedAt: null,
    items: { some: { price: { product: { archivedAt: { not: null } } } } },
  }),

  ...Object.fromEntries(
    Object.values(PaymentStatus)
      // Seen for a moment only: the gateway has answered long since.
      .filter((status) => status !== 'PENDING')
      .map((status) => [`payment ${status}`, payments({ status })]),
  ),
  ...Object.fromEntries(
    Object.values(PaymentMethodType).map((type) => [
      `paid by ${type}`,
      payments({ status: 'SUCCEEDED', paymentMethod: { type } }),
    ]),
  ),
  ...Object.fromEntries(
    [DisputeStatus.OPEN, DisputeStatus.LOST].map((status) => [
      `dispute ${status}`,
      () => database.dispute.count({ where: { status } }),
    ]),
  ),
  'card good until the end of this month': () =>
    database.paymentMethod.count({
      where: {
        isDefault: true,
        expiresAt: { gt: clock.now, lte: new Date(clock.now.getTime() + 31 * 86_400_000) },
      },
    }),

  ...Object.fromEntries(
    Object.values(InvoiceStatus).map((status) => [`invoice ${status}`, invoices({ status })]),
  ),
  'invoice reduced by a coupon': invoices({ discounts: { some: { amountMinor: { gt: 0 } } } }),
  'invoice with tax': invoices({ taxMinor: { gt: 0 }, status: 'PAID' }),
  'invoice under reverse charge': invoices({
    taxExemption: 'REVERSE_CHARGE',
    taxMinor: 0,
    customerTaxId: { not: null },
  }),
  'invoice past due': invoices({ status: 'OPEN', pastDueSince: { not: null } }),
  'invoice open and not yet due': invoices({ status: 'OPEN', dueAt: { gt: clock.now } }),
  'invoice beside any subscription': invoices({ subscriptionId: null, status: 'PAID' }),
  'invoice line by a one-time price': () =>
    database.invoiceLine.count({ where: { price: { type: 'ONE_TIME' } } }),
  'invoice line for a part of a period': () =>
    database.invoiceLine.count({ where: { proration: true } }),

  ...Object.fromEntries(
    Object.values(PriceType).map((type) => [`price ${type}`, prices({ type })]),
  ),
  'price archived': prices({ archivedAt: { not: null } }),
  'price with a trial': prices({ trialDays: { gt: 0 } }),
  'price with a nickname': prices({ nickname: { not: null } }),
  'product archived': products({ archivedAt: { not: null } }),
  'product of several prices': async () => {
    const counted = await database.price.groupBy({ by: ['productId'], _count: true });
    return counted.filter(({ _count }) => _count > 1).length;
  },
  ...Object.fromEntries(
    Object.values(Locale)
      .filter((locale) => locale !== 'en')
      .map((locale) => [
        `product translated to ${locale}`,
        products({ translations: { some: { locale } } }),
      ]),
  ),

  'payment succeeded': () => database.payment.count({ where: { status: 'SUCCEEDED' } }),
  'payment failed': () => database.payment.count({ where: { status: 'FAILED' } }),
  'refund succeeded': () =>
    database.refund.count({ where: { status: 'SUCCEEDED', creditNote: null } }),
  'credit note that sent the money back': () =>
    database.creditNote.count({ where: { refund: { status: 'SUCCEEDED' } } }),
  'dunning case open': () =>
    database.dunningCase.count({ where: { recoveredAt: null, lostAt: null } }),
  'dunning case recovered': () =>
    database.dunningCase.count({ where: { recoveredAt: { not: null } } }),
  'dunning case lost': () => database.dunningCase.count({ where: { lostAt: { not: null } } }),
  'dunning policy of a later version': () =>
    database.dunningPolicy.count({ where: { version: { gt: 1 } } }),
  'balance owed to a customer': async () => {
    const sums = await database.balanceEntry.groupBy({
      by: ['customerId'],
      _sum: { amountMinor: true },
    });
    return sums.filter(({ _sum }) => (_sum.amountMinor ?? 0n) > 0n).length;
  },
};

describe('the demo shows', () => {
  it.each(Object.keys(states))('a %s', async (name) => {
    expect(await states[name]!()).toBeGreaterThan(0);
  });
});

it('tells the main story: one past-due customer, whose card has expired', async () => {
  const [pastDue, ...others] = await database.invoice.findMany({
    where: { status: 'OPEN', pastDueSince: { not: null } },
    include: { customer: true, payments: true, dunningPolicy: true },
  });
  expect(others).toEqual([]);
  expect(pastDue).toMatchObject({
    totalMinor: 4800n,
    currency: 'EUR',
    customer: { name: 'Amelia Hart', email: seeded.pastDueCustomerEmail },
    payments: [{ status: 'FAILED', declineCode: 'expired_card' }],
    dunningPolicy: { finalAction: 'LEAVE_PAST_DUE' },
  });
  const minutesAgo = (clock.now.getTime() - pastDue!.pastDueSince!.getTime()) / 60_000;
  expect(minutesAgo).toBeCloseTo(15, 0);
});

it('leaves nothing undone, and is small enough to be seeded in seconds', async () => {
  expect(clock.now).toEqual(t.clock.now());
  const now = clock.now;
  expect(await database.subscription.count({ where: { nextRenewalAt: { lte: now } } })).toBe(0);
  expect(await database.invoice.count({ where: { nextAttemptAt: { lte: now } } })).toBe(0);
  // But for those that are to be seen waiting: for a bank, and for a customer.
  const waiting = await database.payment.findMany({
    where: { settledAt: null },
    orderBy: { status: 'asc' },
  });
  expect(waiting.map(({ status }) => status)).toEqual(['PROCESSING', 'REQUIRES_ACTION']);
  expect(await database.refund.count({ where: { settledAt: null } })).toBe(0);
  // What seeding takes its time for.
  expect(await database.invoice.count()).toBeLessThan(150);
});
