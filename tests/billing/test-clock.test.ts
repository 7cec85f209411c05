import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { advanceTestClock } from '@4geeks/billing/test-clock/advance-test-clock';
import { billingTime } from '@4geeks/billing/test-clock/billing-time';
import {
  requestTestClockAdvance,
  type TestClockAdvance,
} from '@4geeks/billing/test-clock/request-test-clock-advance';
import { startTestClock } from '@4geeks/billing/test-clock/start-test-clock';
import { inTransaction } from '@4geeks/billing/transaction';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling();
const start = t.clock.now();
const inDays = (days: number) => new Date(start.getTime() + days * 86_400_000);

async function clocked(): Promise<SeededMerchant> {
  const merchant = await t.seed.merchant();
  await startTestClock(t.billing, merchant.system, {});
  await t.drain();
  return merchant;
}

const request = ({ system }: { system: SystemViewer }, advance: TestClockAdvance) =>
  requestTestClockAdvance(t.billing, system, advance);

async function travel(merchant: SeededMerchant, advance: TestClockAdvance): Promise<void> {
  await request(merchant, advance);
  await t.drain();
}

const clockOf = async ({ id }: { id: string }) => {
  const { testClockNow: now, testClockTarget: target } =
    await t.billing.database.merchant.findUniqueOrThrow({ where: { id } });
  return { now, target };
};

const eventsOf = ({ id: merchantId }: { id: string }) =>
  t.billing.database.event.findMany({ where: { merchantId }, orderBy: { sequence: 'asc' } });

/** What stands in the books, without what names rows at random. */
async function booksOf({ id: merchantId }: { id: string }) {
  const { database } = t.billing;
  // At one instant in any order: those of one batch are made together.
  const orderBy = [{ createdAt: 'asc' }, { amountMinor: 'asc' }] as const;
  const invoices = await database.invoice.findMany({
    where: { merchantId },
    orderBy: { number: 'asc' },
  });
  const payments = await database.payment.findMany({
    where: { merchantId },
    orderBy: [...orderBy],
  });
  const events = await eventsOf({ id: merchantId });
  return {
    invoices: invoices.map((invoice) => [
      invoice.number?.slice(-6),
      invoice.status,
      invoice.totalMinor,
      ...[invoice.createdAt, invoice.periodStart, invoice.periodEnd, invoice.paidAt].map(String),
    ]),
    payments: payments.map(({ status, createdAt, settledAt, amountMinor, attemptNumber }) =>
      [status, amountMinor, attemptNumber, createdAt, settledAt].map(String),
    ),
    events: events
      .filter(({ type }) => !type.startsWith('test_clock.'))
      .map(({ type, occurredAt }) => `${occurredAt.toISOString()} ${type}`)
      .sort(),
  };
}

describe('a test clock', () => {
  it('stands still from where it was started, whatever the wall clock does', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    t.clock.advance({ days: 45 });
    await t.sweep();
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', createdAt: start, paidAt: start },
    ]);
    expect(await billingTime(t.billing, merchant.id)).toEqual(start);
    const later = await merchant.customer();
    expect(later.row.createdAt).toEqual(start);
    t.clock.set(start);
  });

  it('is for sandbox merchants, and started once', async () => {
    const live = await t.seed.merchant({ mode: 'LIVE' });
    await expect(startTestClock(t.billing, live.system, {})).rejects.toMatchObject({
      code: 'NOT_A_SANDBOX',
    });
    await expect(request(live, { by: 'P1D' })).rejects.toMatchObject({ code: 'NOT_A_SANDBOX' });
    expect(await clockOf(live)).toEqual({ now: null, target: null });
    const merchant = await t.seed.merchant();
    await expect(request(merchant, { by: 'P1D' })).rejects.toMatchObject({
      code: 'CLOCK_NOT_STARTED',
    });
    await startTestClock(t.billing, merchant.system, {});
    await expect(startTestClock(t.billing, merchant.system, {})).rejects.toMatchObject({
      code: 'CLOCK_STARTED',
    });
    await t.drain();
  });

  it('goes forward only, two years at most, one way at a time', async () => {
    const merchant = await clocked();
    await travel(merchant, { by: 'P1D' });
    for (const [advance, reason] of [
      [{ to: start }, 'CLOCK_BACKWARDS'],
      [{ by: '-PT1S' }, 'CLOCK_BACKWARDS'],
      [{ by: 'P2YT1S' }, 'CLOCK_TOO_FAR'],
      [{ to: new Date('2999-01-01') }, 'CLOCK_TOO_FAR'],
      [{ by: 'a month' }, 'DURATION_MALFORMED'],
      [{ by: '' }, 'DURATION_MALFORMED'],
      [{}, 'TARGET_REQUIRED'],
      [{ by: 'P1D', to: inDays(9) }, 'TARGET_REQUIRED'],
    ] as const) {
      await expect(request(merchant, advance), reason).rejects.toMatchObject({
        facts: { reason },
      });
    }
    expect(await clockOf(merchant)).toEqual({ now: inDays(1), target: null });

    await request(merchant, { to: inDays(2) });
    await expect(request(merchant, { to: inDays(3) })).rejects.toMatchObject({
      code: 'CLOCK_ADVANCING',
    });
    await t.drain();
    expect(await clockOf(merchant)).toEqual({ now: inDays(2), target: null });
    expect((await eventsOf(merchant)).filter(({ type }) => type.startsWith('test_clock.'))).toEqual(
      [
        ['test_clock.started', start],
        ['test_clock.advance_requested', start],
        ['test_clock.advanced', inDays(1)],
        ['test_clock.advance_requested', inDays(1)],
        ['test_clock.advanced', inDays(2)],
      ].map(([type, occurredAt]) => expect.objectContaining({ type, occurredAt })),
    );
  });

  it('counts durations by the calendar of the merchant', async () => {
    const merchant = await t.seed.merchant({ timeZone: 'Europe/Berlin' });
    await startTestClock(t.billing, merchant.system, { at: new Date('2028-01-31T09:00:00Z') });
    await t.drain();
    await travel(merchant, { by: 'P1M' });
    expect(await clockOf(merchant)).toMatchObject({ now: new Date('2028-02-29T09:00:00Z') });
    // Summer time begins on the way: ten in the morning stays ten.
    await travel(merchant, { by: 'P1M' });
    expect(await clockOf(merchant)).toMatchObject({ now: new Date('2028-03-29T08:00:00Z') });
  });

  it('asked to begin later, passes through what is due until then', async () => {
    const merchant = await t.seed.merchant();
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'WEEK' });
    await t.drain();
    await startTestClock(t.billing, merchant.system, { at: inDays(15) });
    await t.drain();
    expect(await clockOf(merchant)).toEqual({ now: inDays(15), target: null });
    expect((await ada.invoices()).map(({ createdAt, paidAt }) => [createdAt, paidAt])).toEqual(
      [0, 7, 14].map((day) => [inDays(day), inDays(day)]),
    );
  });

  it('leaves sign-in to the wall clock', async () => {
    const merchant = await clocked();
    await travel(merchant, { by: 'P1Y' });
    const { key } = await merchant.apiKey(['merchant:read']);
    expect(key).toMatch(/^sk_test_/);
    const [row] = await t.billing.database.apiKey.findMany({ where: { merchantId: merchant.id } });
    expect(row!.createdAt).toEqual(t.clock.now());
  });
});

describe('advancing a test clock', () => {
  it('a year at once makes the same books as month by month', async () => {
    const cast = async () => {
      const merchant = await clocked();
      const subscriptions = [
        [{}, {}],
        [{}, { trialDays: 10, interval: 'YEAR', amountMinor: 990n }],
        [{ card: 'visa_insufficient_funds' }, { interval: 'YEAR', amountMinor: 1900n }],
        [{ card: 'expiring' }, { interval: 'YEAR', amountMinor: 2900n }],
      ] as const;
      for (const [customer, terms] of subscriptions) {
        await (await merchant.customer(customer)).subscription(terms);
      }
      await t.drain();
      return merchant;
    };
    const atOnce = await cast();
    await travel(atOnce, { by: 'P1Y' });
    const byMonth = await cast();
    for (let month = 1; month <= 12; month += 1) {
      const { epochMilliseconds } = start
        .toTemporalInstant()
        .toZonedDateTimeISO('UTC')
        .add({ months: month });
      await travel(byMonth, { to: new Date(epochMilliseconds) });
    }
    const [books, others] = [await booksOf(atOnce), await booksOf(byMonth)];
    expect(books).toEqual(others);
    // Now and after each of twelve months; after a trial of ten days; now and after a year, twice.
    expect(books.invoices.map(([number]) => number)).toEqual(
      Array.from({ length: 13 + 1 + 2 + 2 }, (_, index) => String(index + 1).padStart(6, '0')),
    );
  }, 120_000);

  it('does everything at the instant it is due, in order', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    const bob = await merchant.customer();
    const { id: subscriptionId } = await bob.subscription();
    await t.drain();
    await pauseSubscription(t.billing, merchant.system, { subscriptionId, resumesAt: inDays(5) });
    await travel(merchant, { by: 'P20D' });
    const events = await eventsOf(merchant);
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual(
      events.map(({ occurredAt }) => occurredAt).sort((one, other) => +one - +other),
    );
    // Retried after 3, then 5, then 7 days.
    expect(
      (await ada.payments()).map(({ createdAt, settledAt }) => [createdAt, settledAt]),
    ).toEqual([0, 3, 8, 15].map((day) => [inDays(day), inDays(day)]));
    expect(await bob.invoices()).toMatchObject([
      { createdAt: start, paidAt: start },
      { createdAt: inDays(5), paidAt: inDays(5), periodStart: inDays(5) },
    ]);
    const mails = await t.billing.database.emailMessage.findMany({
      where: { merchantId: merchant.id },
    });
    expect(
      mails.every(({ status, sentAt, createdAt }) => status === 'SENT' && +sentAt! === +createdAt),
    ).toBe(true);
  });

  it('lets cards expire and judges by its own time', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer({ card: 'expiring' });
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    await travel(merchant, { by: 'P1M' });
    expect(await ada.payments()).toMatchObject([
      { status: 'SUCCEEDED' },
      {
        status: 'FAILED',
        declineCode: 'expired_card',
        createdAt: new Date('2027-04-01T09:00:00Z'),
      },
    ]);
    const card = await ada.enterCard('visa', { makeDefault: true });
    expect(card.createdAt).toEqual(new Date('2027-04-01T09:00:00Z'));
    await t.drain();
    await travel(merchant, { to: new Date('2027-04-16T09:00:00Z') });
    const { items } = await t.billing.database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId },
      include: { items: true },
    });
    const preview = await previewSubscriptionChange(t.billing, merchant.system, {
      subscriptionId,
      when: 'NOW',
      items: [{ priceId: items[0]!.priceId, quantity: 2 }],
    });
    // Half of April is left: 24.50 EUR back, 49.00 EUR for the double.
    expect(preview).toMatchObject({
      effectiveAt: new Date('2027-04-16T09:00:00Z'),
      netMinor: 2450n,
    });
  });

  it('moves two merchants without one disturbing the other', async () => {
    const [one, other, none] = [await clocked(), await clocked(), await t.seed.merchant()];
    const customers = [];
    for (const merchant of [one, other, none]) {
      const customer = await merchant.customer();
      await customer.subscription({ interval: 'WEEK' });
      customers.push(customer);
    }
    await t.drain();
    await request(one, { by: 'P10W' });
    await request(other, { by: 'P3W' });
    await t.drain();
    await t.sweep();
    const counts = await Promise.all(customers.map(async (who) => (await who.invoices()).length));
    expect(counts).toEqual([11, 4, 1]);
    expect(await clockOf(one)).toEqual({ now: inDays(70), target: null });
    expect(await clockOf(other)).toEqual({ now: inDays(21), target: null });
  });

  it('waits for whoever works by the instant it stands at', async () => {
    const merchant = await clocked();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<Date>();
    const working = inTransaction(t.billing, merchant.system, async ({ now, record }) => {
      begin(now);
      await held;
      const about = {
        merchantId: merchant.id,
        objectId: merchant.id,
        objectType: 'product',
      } as const;
      await record({ ...about, type: 'product.created', data: {} });
    });
    expect(await begun).toEqual(start);
    await request(merchant, { by: 'P1D' });
    const advancing = advanceTestClock(t.billing, { merchantId: merchant.id });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await clockOf(merchant)).toEqual({ now: start, target: inDays(1) });
    letGo();
    await working;
    // Its own job is in the queue as well, and does not count.
    expect(await advancing).toBe('stands');
    await t.drain();
    const events = await eventsOf(merchant);
    expect(events.slice(-2).map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['product.created', start],
      ['test_clock.advanced', inDays(1)],
    ]);
  });

  it('dates in order what others do while it is on its way', async () => {
    const merchant = await clocked();
    await (await merchant.customer()).subscription({ interval: 'WEEK' });
    await t.drain();
    await request(merchant, { by: 'P3W' });
    const others = [1, 2, 3].map(async () => {
      const customer = await merchant.customer();
      await customer.subscription({ interval: 'WEEK' });
      return customer;
    });
    await Promise.all([t.drain(), ...others]);
    await t.drain();
    expect(await clockOf(merchant)).toEqual({ now: inDays(21), target: null });
    const times = (await eventsOf(merchant)).map(({ occurredAt }) => occurredAt.getTime());
    expect(times).toEqual([...times].sort((one, other) => one - other));
    for (const customer of await Promise.all(others)) {
      // Billed every week from where the clock was when they came.
      const days = (await customer.invoices()).map(
        ({ createdAt }) => (createdAt.getTime() - start.getTime()) / 86_400_000,
      );
      expect(days).toEqual(
        Array.from(
          { length: Math.floor((21 - days[0]!) / 7) + 1 },
          (_, week) => days[0]! + 7 * week,
        ),
      );
    }
  }, 60_000);

  it('stays where the gateway owes an answer, and goes on when it has one', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'WEEK' });
    await t.drain();
    t.faults.beforeRequest = (operation) => {
      if (operation === 'charge' || operation === 'findCharge') throw new Error('unreachable');
    };
    await travel(merchant, { by: 'P2W' });
    expect(await clockOf(merchant)).toEqual({ now: inDays(7), target: inDays(14) });
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'PENDING' }]);
    delete t.faults.beforeRequest;
    await t.sweep();
    expect(await clockOf(merchant)).toEqual({ now: inDays(14), target: null });
    expect((await ada.payments()).map(({ createdAt }) => createdAt)).toEqual(
      [0, 7, 14].map(inDays),
    );
  });

  it('stays where a job has failed until it has been done', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'WEEK' });
    await t.drain();
    const { mailer } = t.billing;
    t.billing.mailer = {
      send: async () => {
        throw new Error('no mail today');
      },
    };
    await request(merchant, { by: 'P2W' });
    expect((await t.drainWithFailures()).map(({ job }) => job)).toContain('send-email');
    expect(await clockOf(merchant)).toEqual({ now: inDays(7), target: inDays(14) });
    t.billing.mailer = mailer;
    await t.database.sql(`update graphile_worker._private_jobs set run_at = now()`);
    await t.sweep();
    expect(await clockOf(merchant)).toEqual({ now: inDays(14), target: null });
  });

  it('goes past an attempt that waits for the customer', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer({ card: 'visa_3ds_always' });
    await ada.subscription({ interval: 'DAY' });
    await t.drain();
    await travel(merchant, { by: 'P2D' });
    expect(await clockOf(merchant)).toEqual({ now: inDays(2), target: null });
    expect(await ada.payments()).toMatchObject([
      { status: 'REQUIRES_ACTION', createdAt: start },
      { status: 'REQUIRES_ACTION', createdAt: inDays(1) },
      { status: 'REQUIRES_ACTION', createdAt: inDays(2) },
    ]);
  });

  it('does what has become due at the instant it stands at when asked to', async () => {
    const merchant = await clocked();
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await t.drain();
    await t.database.sql(`update "Subscription" set "nextRenewalAt" = $2 where id = $1`, [
      id,
      start,
    ]);
    await travel(merchant, { to: start });
    expect(await ada.invoices()).toHaveLength(2);
    expect(await clockOf(merchant)).toEqual({ now: start, target: null });
  });
});
