/** The simulator answers what then really happens. */
import {
  updateDunningPolicy,
  type DunningPolicyChange,
} from '@4geeks/billing/dunning-policy/update-dunning-policy';
import type { DunningRules } from '@4geeks/billing/dunning-policy/validate-dunning-policy';
import { simulateInvoiceDunning } from '@4geeks/billing/invoice/simulate-invoice-dunning';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();

/** Test cards by what every charge on them answers. */
const cards = {
  visa_insufficient_funds: 'insufficient_funds',
  visa_lost: 'lost_card',
  visa_processing_error: 'processing_error',
} as const;

const statusAfter = {
  CANCEL_SUBSCRIPTION: 'CANCELED',
  MARK_UNPAID: 'UNPAID',
  LEAVE_PAST_DUE: 'PAST_DUE',
} as const;

const anyPolicy: fc.Arbitrary<DunningRules> = fc.record({
  retryDays: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
  hardDeclineCodes: fc.subarray(['lost_card', 'insufficient_funds']),
  finalAction: fc.constantFrom('CANCEL_SUBSCRIPTION', 'MARK_UNPAID', 'LEAVE_PAST_DUE'),
  graceDays: fc.integer({ min: 0, max: 40 }),
  useBackupMethod: fc.boolean(),
  attemptCap: fc.integer({ min: 1, max: 6 }),
});

/** Lives through what was foretold: sweeps at each instant, and just before it. */
async function compare(
  policy: DunningRules,
  card: keyof typeof cards,
  hasBackup: boolean,
): Promise<void> {
  const merchant = await t.seed.merchant();
  await updateDunningPolicy(t.billing, merchant.system, policy);
  const ada = await merchant.customer({ card });
  if (hasBackup) {
    const backup = await ada.enterCard('visa_declines_on_charge', { makeDefault: false });
    await setBackupPaymentMethod(t.billing, await ada.viewer(), { paymentMethodId: backup.id });
  }
  await ada.subscription({ interval: 'YEAR' });
  const [invoice] = await ada.invoices();
  const declineCode = cards[card];
  const simulate = () =>
    simulateInvoiceDunning(t.billing, merchant.system, { invoiceId: invoice!.id, declineCode });
  const foretold = await simulate();
  await t.drain();
  for (const instant of [...foretold.attemptsAt.slice(1), foretold.endsAt ?? t.clock.now()]) {
    if (instant.getTime() - 1 > t.clock.now().getTime()) {
      t.clock.set(new Date(instant.getTime() - 1));
      await t.sweep();
      // Asked again on the way, it says the same of what is left.
      const left = await simulate();
      expect(left.attemptsAt).toEqual(
        foretold.attemptsAt.filter((attempt) => attempt > t.clock.now()),
      );
      expect(left).toMatchObject({ end: foretold.end, endsAt: foretold.endsAt });
    }
    t.clock.set(instant);
    await t.sweep();
  }
  const made = (await ada.payments()).filter(
    ({ idempotencyKey }) => !idempotencyKey.startsWith('backup:'),
  );
  expect(made.map(({ createdAt }) => createdAt)).toEqual(foretold.attemptsAt);
  const [subscription] = await ada.subscriptions();
  const [dunningCase] = await t.billing.database.dunningCase.findMany({
    where: { invoiceId: invoice!.id },
  });
  if (foretold.end === 'WAIT_FOR_METHOD') {
    expect(subscription).toMatchObject({ status: 'PAST_DUE' });
    expect(dunningCase).toMatchObject({ lostAt: null });
  } else if (foretold.end !== 'NOTHING') {
    expect(subscription!.status).toBe(statusAfter[foretold.end]);
    expect(dunningCase).toMatchObject({ lostAt: foretold.endsAt });
  }
  expect(await simulate()).toEqual({ attemptsAt: [], end: 'NOTHING', endsAt: null });
  await t.travel({ days: 60 });
  expect((await ada.payments()).length).toBe((await ada.charges()).length);
}

describe('the simulator', () => {
  it('foretells what happens, whatever the policy', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPolicy,
        fc.constantFrom(...(Object.keys(cards) as (keyof typeof cards)[])),
        fc.boolean(),
        compare,
      ),
      { numRuns: Number(process.env['SIMULATION_RUNS'] ?? 12), endOnFailure: true },
    );
  });

  it('tries changes out without touching anything', async () => {
    const merchant = await t.seed.merchant();
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    const [before] = await ada.openInvoices();
    const events = await ada.events();
    const staff = await merchant.staff('ANALYST');
    const policy: DunningPolicyChange = {
      retryDays: [3],
      graceDays: 7,
      finalAction: 'MARK_UNPAID',
    };
    const inDays = (days: number) => new Date(t.clock.now().getTime() + days * 86_400_000);
    expect(
      await simulateInvoiceDunning(t.billing, staff, { invoiceId: before!.id, policy }),
    ).toEqual({ attemptsAt: [inDays(3)], end: 'MARK_UNPAID', endsAt: inDays(10) });
    expect(await simulateInvoiceDunning(t.billing, staff, { policy: { retryDays: [1] } })).toEqual({
      attemptsAt: [t.clock.now(), inDays(1)],
      end: 'LEAVE_PAST_DUE',
      endsAt: inDays(1),
    });
    expect(await ada.openInvoices()).toEqual([before]);
    expect(await ada.events()).toEqual(events);
    expect(
      await t.billing.database.dunningPolicy.count({ where: { merchantId: merchant.id } }),
    ).toBe(1);
  });

  it('is refused for another merchant’s invoice, a bad policy, and customers', async () => {
    const merchant = await t.seed.merchant();
    const other = await t.seed.merchant();
    const ada = await other.customer();
    await ada.subscription();
    const [invoice] = await ada.invoices();
    const staff = await merchant.staff();
    await expect(
      simulateInvoiceDunning(t.billing, staff, { invoiceId: invoice!.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      simulateInvoiceDunning(t.billing, staff, { policy: { graceDays: 91 } }),
    ).rejects.toMatchObject({ facts: { field: 'graceDays' } });
    await expect(
      simulateInvoiceDunning(t.billing, staff, { declineCode: 'Not A Code' }),
    ).rejects.toMatchObject({ facts: { reason: 'DECLINE_CODE_MALFORMED' } });
    await expect(simulateInvoiceDunning(t.billing, await ada.viewer(), {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
