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

describe('a charge that needs 3-D Secure', () => {
  it('waits for the customer, then completes', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    expect(await ada.payments()).toMatchObject([
      { status: 'REQUIRES_ACTION', actionUrl: expect.stringContaining('/sandbox-gateway/3ds/') },
    ]);
    expect(await ada.events()).toContain('payment.requires_action');
    await t.travel({ days: 1 });
    expect(await ada.payments()).toHaveLength(1);
    await answer(ada, 'complete');
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED', actionUrl: null }]);
    expect(await ada.openInvoices()).toEqual([]);
    expect((await ada.mails()).at(-1)).toMatchObject({ tag: 'payment-receipt' });
  });

  it('completes, and is declined all the same', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    await answer(ada, 'complete');
    expect(await ada.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'insufficient_funds' },
    ]);
    expect(await ada.openInvoices()).toMatchObject([{ pastDueSince: t.clock.now() }]);
  });

  it('fails when the customer does not pass', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds_always' });
    await ada.subscription();
    await t.drain();
    await answer(ada, 'fail');
    expect(await ada.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'authentication_failed' },
    ]);
  });

  it('is given up for a new card, which pays; the customer hears only of that', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'canceled' },
      { status: 'SUCCEEDED', trigger: 'METHOD_UPDATE' },
    ]);
    expect((await ada.mails()).map(({ tag }) => tag)).toEqual([
      'invoice-created',
      'payment-action-required',
      'payment-receipt',
    ]);
  });

  it.each(['renewal', 'card update'])(
    'asked for while the customer had already chosen another card (%s) is that card’s to pay',
    async (attempt) => {
      const ada = await merchant.customer({
        card: attempt === 'renewal' ? 'visa_3ds' : 'visa_lost',
      });
      await ada.subscription();
      if (attempt === 'card update') {
        await t.drain();
        await ada.enterCard('visa_3ds');
      }
      t.faults.beforeRequest = async (operation) => {
        if (operation !== 'charge') return;
        delete t.faults.beforeRequest;
        await ada.enterCard('mastercard');
      };
      await t.drain();
      expect((await ada.payments()).slice(-2)).toMatchObject([
        { status: 'FAILED', declineCode: 'canceled' },
        { status: 'SUCCEEDED', trigger: 'METHOD_UPDATE' },
      ]);
      expect(await ada.openInvoices()).toEqual([]);
      expect((await ada.mails()).map(({ tag }) => tag)).not.toContain('payment-action-required');
    },
  );

  it('given up for a card that declines makes one attempt with that card', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    await ada.enterCard('visa_declines_on_charge');
    await t.drain();
    expect(await ada.payments()).toMatchObject([
      { declineCode: 'canceled' },
      { declineCode: 'generic_decline' },
    ]);
    const failed = (await ada.mails()).filter(({ tag }) => tag === 'payment-failed');
    expect(failed).toHaveLength(1);
    const [invoice] = await ada.openInvoices();
    expect(invoice!.nextAttemptAt).not.toBeNull();
  });

  it('is settled by asking the gateway, should its word get lost; once', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    const [waiting] = await ada.payments();
    t.clock.advance({ minutes: 5 });
    // The customer has not answered yet: asking changes nothing.
    expect(await recoverWaitingPayments(t.billing)).toBe(0);
    await t.sandbox.handleHttp(
      new Request(waiting!.actionUrl!, {
        method: 'POST',
        body: new URLSearchParams({ answer: 'complete' }),
      }),
    );
    // Money was taken, and the word of it is gone.
    await t.database.sql('delete from graphile_worker._private_jobs');
    await t.sweep();
    expect(await ada.payments()).toMatchObject([{ status: 'REQUIRES_ACTION' }]);

    t.faults.beforeRequest = () => {
      throw new Error('unreachable');
    };
    expect(await recoverWaitingPayments(t.billing)).toBe(0);
    delete t.faults.beforeRequest;
    expect(await recoverWaitingPayments(t.billing)).toBe(1);
    expect(await recoverWaitingPayments(t.billing)).toBe(0);
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
    expect((await ada.events()).filter((type) => type === 'payment.succeeded')).toHaveLength(1);
    await t.drain();
  });

  it('cannot be completed after it was given up', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    const [waiting] = await ada.payments();
    await ada.enterCard('visa');
    await t.drain();
    await t.sandbox.handleHttp(
      new Request(waiting!.actionUrl!, {
        method: 'POST',
        body: new URLSearchParams({ answer: 'complete' }),
      }),
    );
    await t.drain();
    expect((await ada.charges()).map(({ status }) => status).sort()).toEqual([
      'declined',
      'succeeded',
    ]);
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
  });
});
