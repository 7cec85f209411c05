import { recoverWaitingPayments } from '@4geeks/billing/payment/recover-payments';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

async function answer(customer: SeededCustomer, verdict: 'complete' | 'fail'): Promise<void> {
  const waiting = (await customer.payments()).find(({ status }) => status === 'REQUIRES_ACTION');
  await t.sandbox.handleHttp(
    new Request(waiting!.actionUrl!, {
      method: 'POST',
      body: new URLSearchParams({ answer: verdict }),
    }),
  );
  await t.drain();
}

describe('a charge that waits to be confirmed', () => {
  it('is open and not past due while it waits; a mail asks for it, once', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds', locale: 'de', name: 'Lena Schmidt' });
    await ada.subscription();
    await t.drain();
    await t.travel({ days: 2 });
    expect(await ada.openInvoices()).toMatchObject([{ pastDueSince: null, nextAttemptAt: null }]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
    const asking = (await ada.mails()).filter(({ tag }) => tag === 'payment-action-required');
    expect(asking).toHaveLength(1);
    expect(asking[0]!.subject).toMatch(/^Bitte bestätigen Sie Ihre Zahlung von 49,00\s€/);
    // Where it can be confirmed, and until when: three days from March 1.
    expect(asking[0]!.text).toContain(`${t.billing.publicUrl}/p/${merchant.slug}`);
    expect(asking[0]!.text).toContain('4. März 2027');
    expect(asking[0]!.text).not.toContain('/sandbox-gateway/');
  });

  it('is given up after three days, and dunning goes on as after a hard decline', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    t.clock.advance({ days: 2, hours: 23 });
    await recoverWaitingPayments(t.billing);
    expect(await ada.payments()).toMatchObject([{ status: 'REQUIRES_ACTION' }]);
    t.clock.advance({ hours: 1 });
    await recoverWaitingPayments(t.billing);
    await recoverWaitingPayments(t.billing);
    await t.drain();
    expect(await ada.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'authentication_required', declineClass: 'HARD' },
    ]);
    expect(await ada.openInvoices()).toMatchObject([
      { pastDueSince: t.clock.now(), nextAttemptAt: null },
    ]);
    expect((await ada.mails()).at(-1)).toMatchObject({ tag: 'payment-failed' });
    expect((await ada.charges()).map(({ status }) => status)).toEqual(['declined']);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
  });

  it('that was confirmed at the last moment is paid, not given up', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    const [waiting] = await ada.payments();
    t.clock.advance({ days: 4 });
    t.faults.beforeWebhook = () => {
      throw new Error('unreachable');
    };
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'cancelCharge') return;
      delete t.faults.beforeRequest;
      await t.sandbox.handleHttp(
        new Request(waiting!.actionUrl!, {
          method: 'POST',
          body: new URLSearchParams({ answer: 'complete' }),
        }),
      );
    };
    await recoverWaitingPayments(t.billing);
    delete t.faults.beforeWebhook;
    await t.drain();
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await ada.openInvoices()).toEqual([]);
  });

  it('of a retry waits too, and holds the retries back', async () => {
    const ada = await merchant.customer({ card: 'visa' });
    await ada.subscription();
    await t.drain();
    await ada.enterCard('visa_declines_on_charge');
    await t.travel({ days: 31 });
    expect(await ada.payments()).toHaveLength(2);
    await ada.enterCard('visa_3ds');
    await t.drain();
    expect((await ada.payments()).at(-1)).toMatchObject({ status: 'REQUIRES_ACTION' });
    // The retry planned for the third day finds it waiting.
    await t.travel({ days: 4 });
    expect(await ada.payments()).toHaveLength(3);
    await answer(ada, 'fail');
    const [invoice] = await ada.openInvoices();
    expect(invoice!.nextAttemptAt!.getTime()).toBeGreaterThan(t.clock.now().getTime());
    expect((await ada.payments()).at(-1)).toMatchObject({ declineCode: 'authentication_failed' });
  });
});
