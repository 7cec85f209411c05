import { join } from 'node:path';

import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import type { Move } from './racer.ts';

const rounds = 40;

it(
  'a scheduled retry and a card update that race for one invoice charge it once, with the new card',
  { timeout: 180_000 },
  async () => {
    const t = await testBilling();
    const merchant = await t.seed.merchant();
    const customers = [];
    for (let round = 0; round < rounds; round++) {
      const customer = await merchant.customer({ card: 'visa_insufficient_funds' });
      await customer.subscription({ interval: 'YEAR' });
      customers.push(customer);
    }
    await t.drain();
    t.clock.advance({ days: 3 });

    const env = { DATABASE_URL: t.database.url, NOW: t.clock.now().toISOString() };
    const script = join(import.meta.dirname, 'racer.ts');
    const [scheduler, portal] = [startChild(script, env), startChild(script, env)];
    expect(await Promise.all([scheduler.line(), portal.line()])).toEqual(['ready', 'ready']);

    const outcomes = new Map<string, number>();
    for (const [round, customer] of customers.entries()) {
      const [invoice] = await customer.openInvoices();
      expect(invoice!.nextAttemptAt).toEqual(t.clock.now());
      const added = await customer.enterCard('mastercard', { makeDefault: false });
      // Now one, now the other is ahead by some milliseconds.
      const lead = (round % 9) - 4;
      const retry: Move = {
        kind: 'retry',
        afterMs: Math.max(0, 4 * lead),
        merchantId: merchant.id,
        invoiceId: invoice!.id,
        attemptKey: `dunning:${invoice!.id}:2`,
      };
      const update: Move = {
        kind: 'update',
        afterMs: Math.max(0, -4 * lead),
        merchantId: merchant.id,
        customerId: customer.id,
        paymentMethodId: added.id,
      };
      scheduler.send(JSON.stringify(retry));
      portal.send(JSON.stringify(update));
      const [retried] = await Promise.all([scheduler.line(), portal.line()]);
      outcomes.set(retried, (outcomes.get(retried) ?? 0) + 1);
      await t.drain();

      const charges = await customer.charges();
      expect(charges.filter(({ status }) => status === 'succeeded')).toMatchObject([
        { last4: '4444', amountMinor: 4900n },
      ]);
      expect(await customer.invoices()).toMatchObject([
        { status: 'PAID', amountPaidMinor: 4900n, nextAttemptAt: null },
      ]);
      const payments = await customer.payments();
      expect(payments.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
      expect(payments).toHaveLength(charges.length);
      expect(await customer.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
      const receipts = (await customer.mails()).filter(({ tag }) => tag === 'payment-receipt');
      expect(receipts).toHaveLength(1);
    }
    await Promise.all([scheduler.end(), portal.end()]);
    // Otherwise they never met, and nothing was shown.
    expect(outcomes.size).toBeGreaterThan(1);
  },
);
