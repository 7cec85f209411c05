import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { readRecoveryGroups, recoverySpan } from '@4geeks/billing/invoice/read-recovery-figures';
import { recoveryRateBps, type RecoveryGrouping } from '@4geeks/billing/invoice/recovery-figures';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();

const eur = (amountMinor: bigint) => [{ currency: 'EUR', amountMinor }];

/**
 * Monday, March 1, 2027: five customers' first invoices fail.
 * - ada (10.00, no funds) gives another card on March 3: recovered by a method update, attempt 2;
 * - bob (20.00, no funds) is recovered by the retry of March 4, attempt 2: his card is topped up;
 * - eve (40.00, lost card) waits: open;
 * - dan (80.00, no method) waits: open;
 * - kim (160.00, no funds) is lost on March 4, when the one retry fails.
 * On March 8, a week later, the invoice of zoe fails: 5 in yen, voided at once: lost.
 */
async function story() {
  t.clock.set('2027-03-01T09:00:00Z');
  const merchant = await t.seed.merchant({ timeZone: 'Europe/Madrid', finalAction: 'MARK_UNPAID' });
  await updateDunningPolicy(t.billing, merchant.system, { retryDays: [3] });
  const start = async (
    card: 'visa_insufficient_funds' | 'visa_lost' | null,
    amountMinor: bigint,
    currency = 'EUR',
  ) => {
    const customer = await merchant.customer({ card });
    await customer.subscription({ amountMinor, currency, interval: 'YEAR' });
    await t.drain();
    return customer;
  };
  const ada = await start('visa_insufficient_funds', 1000n);
  const bob = await start('visa_insufficient_funds', 2000n);
  await start('visa_lost', 4000n);
  await start(null, 8000n);
  await start('visa_insufficient_funds', 16000n);
  await t.travel({ days: 2 });
  await ada.enterCard('visa');
  await t.drain();
  await t.database.sql(
    `update sandbox_gateway.payment_method set alias = 'visa' where customer_id = $1`,
    [bob.id],
  );
  await t.travel({ days: 1 });
  await t.travel({ days: 4 });
  const zoe = await start('visa_lost', 5n, 'JPY');
  await voidInvoice(t.billing, merchant.system, { invoiceId: (await zoe.invoices())[0]!.id });
  const span = await recoverySpan(t.billing, { merchantId: merchant.id });
  const read = (by: RecoveryGrouping) => readRecoveryGroups(t.billing, merchant.system, span, by);
  return { merchant, span, read };
}

describe('recovery figures', async () => {
  const { merchant, span, read } = await story();

  it('count every failed invoice as recovered, lost or open', async () => {
    const [total] = await read('NONE');
    expect(total).toMatchObject({
      failed: { count: 6, amounts: [...eur(31000n), { currency: 'JPY', amountMinor: 5n }] },
      recovered: { count: 2, amounts: eur(3000n) },
      lost: { count: 2, amounts: [...eur(16000n), { currency: 'JPY', amountMinor: 5n }] },
      open: { count: 2, amounts: eur(12000n) },
    });
    // 2 of 6
    expect(recoveryRateBps(total!)).toBe(3333);
  });

  it('by the reason of the first failure', async () => {
    expect(await read('DECLINE_CODE')).toMatchObject([
      { key: 'insufficient_funds', failed: { count: 3 }, recovered: { count: 2 } },
      { key: 'lost_card', failed: { count: 2 }, open: { count: 1 }, lost: { count: 1 } },
      { key: 'no_payment_method', failed: { count: 1, amounts: eur(8000n) }, open: { count: 1 } },
    ]);
  });

  it('by the attempt and by the kind of attempt that recovered', async () => {
    expect((await read('ATTEMPT')).map(({ key, recovered }) => [Number(key), recovered])).toEqual([
      [2, { count: 2, amounts: eur(3000n) }],
    ]);
    expect((await read('TRIGGER')).map(({ key, recovered }) => [key, recovered])).toEqual([
      ['DUNNING', { count: 1, amounts: eur(2000n) }],
      ['METHOD_UPDATE', { count: 1, amounts: eur(1000n) }],
    ]);
  });

  it('over time, in days and weeks of the merchant’s zone', async () => {
    // Madrid is an hour ahead in March: its March 1 begins at 23:00 UTC the day before.
    const expected = [
      { key: '2027-02-28T23:00:00.000Z', failed: { count: 5 }, recovered: { count: 2 } },
      { key: '2027-03-07T23:00:00.000Z', failed: { count: 1 }, recovered: { count: 0 } },
    ];
    expect(await read('DAY')).toMatchObject(expected);
    expect(await read('WEEK')).toMatchObject(expected);
  });

  it('belong to the span in which they first failed', async () => {
    const early = { ...span, to: new Date('2027-03-05T00:00:00Z') };
    const [first] = await readRecoveryGroups(t.billing, merchant.system, early, 'NONE');
    expect(first).toMatchObject({ failed: { count: 5 } });
    const before = { ...span, to: new Date('2027-03-01T09:00:00Z') };
    const [none] = await readRecoveryGroups(t.billing, merchant.system, before, 'NONE');
    expect(none).toMatchObject({ failed: { count: 0, amounts: [] } });
    expect(recoveryRateBps(none!)).toBeNull();
  });

  it('are found by index', async () => {
    await t.database.sql('set enable_seqscan = off');
    const plan = await t.database.sql<Record<string, string>>(
      `explain select count(*) from "DunningCase"
       where "merchantId" = '${merchant.id}' and "openedAt" >= now() and "openedAt" < now()`,
    );
    expect(JSON.stringify(plan)).toContain('DunningCase_merchantId_openedAt_idx');
  });

  it('are the merchant’s own, and refused for spans that make no sense', async () => {
    const other = await t.seed.merchant();
    await expect(
      readRecoveryGroups(t.billing, await other.staff(), span, 'NONE'),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { viewer } = await merchant.apiKey(['invoices:read']);
    await expect(readRecoveryGroups(t.billing, viewer, span, 'NONE')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      facts: { permission: 'payments:read' },
    });
    const { merchantId, from, to } = span;
    for (const [asked, reason] of [
      [{ merchantId, from: to, to: from }, 'SPAN_EMPTY'],
      [{ merchantId, from: new Date('2020-01-01'), to }, 'SPAN_TOO_LONG'],
    ] as const) {
      await expect(recoverySpan(t.billing, asked)).rejects.toThrow(
        expect.objectContaining({ facts: expect.objectContaining({ reason }) }),
      );
    }
  });

  it('say so when a lost invoice is paid after all', async () => {
    const kim = await merchant.customer({ card: 'visa_insufficient_funds' });
    await kim.subscription({ interval: 'YEAR' });
    await t.drain();
    await t.travel({ days: 3 });
    const cases = () => t.billing.database.dunningCase.findMany({ where: { customerId: kim.id } });
    expect(await cases()).toMatchObject([{ lostAt: t.clock.now(), recoveredAt: null }]);
    await t.travel({ days: 1 });
    await kim.enterCard('visa');
    await t.drain();
    expect(await cases()).toMatchObject([
      {
        lostAt: null,
        recoveredAt: t.clock.now(),
        recoveredBy: 'METHOD_UPDATE',
        recoveredAttempt: 3,
      },
    ]);
  });
});
