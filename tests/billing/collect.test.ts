import { collectInvoice } from '@4geeks/billing/invoice/collect-invoice';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

afterEach(() => {
  delete t.faults.afterCharge;
  delete t.faults.beforeRequest;
});

/** Runs `work` while every charge at the gateway times out, before or after it was made. */
async function whileUnreachable(when: 'before' | 'after', work: () => Promise<void>) {
  const fail = () => {
    throw new Error('timeout');
  };
  if (when === 'after') t.faults.afterCharge = fail;
  else t.faults.beforeRequest = (operation) => (operation === 'charge' ? fail() : undefined);
  await work();
  delete t.faults.afterCharge;
  delete t.faults.beforeRequest;
}

describe('collecting an invoice', () => {
  it('charges the default card, marks it paid and owes one receipt', async () => {
    const ada = await merchant.customer();
    await ada.subscription({ amountMinor: 4900n });
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', totalMinor: 4900n, amountPaidMinor: 4900n, pastDueSince: null },
    ]);
    expect(await ada.payments()).toMatchObject([
      { status: 'SUCCEEDED', trigger: 'RENEWAL', attemptNumber: 1, amountMinor: 4900n },
    ]);
    expect(await ada.charges()).toMatchObject([{ status: 'succeeded', amountMinor: 4900n }]);
    expect((await ada.mails()).map(({ tag }) => tag)).toEqual([
      'invoice-created',
      'payment-receipt',
    ]);
    // Mails go out whenever their job runs: only the order of everything else is fixed.
    const events = await ada.events();
    expect(events.filter((type) => type !== 'email.sent')).toEqual([
      'customer.created',
      'payment_method.added',
      'payment_method.default_changed',
      'subscription.created',
      'invoice.finalized',
      'payment.started',
      'payment.succeeded',
      'invoice.paid',
    ]);
  });

  it('makes it past due and plans the next attempt when the card is declined for now', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    const now = t.clock.now();
    expect(await ada.openInvoices()).toMatchObject([
      { pastDueSince: now, nextAttemptAt: new Date(now.getTime() + 3 * 86_400_000) },
    ]);
    expect(await ada.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'insufficient_funds', declineClass: 'SOFT' },
    ]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    const failed = (await ada.mails()).filter(({ tag }) => tag === 'payment-failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]!.text).toContain('/payment-methods/new?invoice=');
  });

  it('plans nothing more when the card will never do', async () => {
    const ada = await merchant.customer({ card: 'visa_lost' });
    await ada.subscription();
    await t.drain();
    expect(await ada.openInvoices()).toMatchObject([
      { pastDueSince: t.clock.now(), nextAttemptAt: null },
    ]);
    expect(await ada.payments()).toMatchObject([{ declineClass: 'HARD' }]);
    await t.travel({ days: 40 });
    const first = (await ada.invoices())[0]!;
    expect((await ada.payments()).filter(({ invoiceId }) => invoiceId === first.id)).toHaveLength(
      1,
    );
  });

  it('tries again in minutes, outside the schedule, when the processor was at fault', async () => {
    const ada = await merchant.customer({ card: 'visa_processing_error' });
    await ada.subscription();
    await t.drain();
    for (let fault = 1; fault <= 5; fault++) {
      expect(await ada.payments()).toHaveLength(fault);
      expect(await ada.openInvoices()).toMatchObject([
        { dunningRetries: 0, nextAttemptAt: new Date(t.clock.now().getTime() + 600_000) },
      ]);
      await t.travel({ minutes: 10 });
    }
    // Five were enough: from now on it waits for days like any decline.
    const [invoice] = await ada.openInvoices();
    expect(invoice!.nextAttemptAt!.getTime()).toBeGreaterThan(t.clock.now().getTime() + 86_400_000);
  });

  it('makes it past due, says so, and calls nobody when there is no payment method', async () => {
    const ada = await merchant.customer({ card: null });
    await ada.subscription();
    await t.drain();
    expect(await ada.openInvoices()).toMatchObject([
      { pastDueSince: t.clock.now(), nextAttemptAt: null },
    ]);
    expect(await ada.payments()).toEqual([]);
    expect((await ada.mails()).map(({ tag }) => tag).sort()).toEqual([
      'invoice-created',
      'payment-failed',
    ]);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.charges()).toHaveLength(1);
  });

  it('names an attempt once: the same key never makes a second one', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    const [invoice] = await ada.openInvoices();
    const input = {
      merchantId: merchant.id,
      invoiceId: invoice!.id,
      trigger: 'STAFF',
      attemptKey: `test:${invoice!.id}`,
    } as const;
    expect(await collectInvoice(t.billing, input)).toBe('declined');
    expect(await collectInvoice(t.billing, input)).toBe('already_attempted');
    expect(await ada.payments()).toHaveLength(2);
    expect(await ada.charges()).toHaveLength(2);
  });

  it('makes one attempt when several workers take it at once', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    const [invoice] = await ada.openInvoices();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        collectInvoice(t.billing, {
          merchantId: merchant.id,
          invoiceId: invoice!.id,
          trigger: 'STAFF',
          attemptKey: `worker ${index}:${invoice!.id}`,
        }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'succeeded')).toHaveLength(1);
    expect(await ada.charges()).toHaveLength(1);
    expect(await ada.payments()).toHaveLength(1);
  });

  it('does not look for invoices of other merchants', async () => {
    const other = await t.seed.merchant();
    const ada = await merchant.customer();
    await ada.subscription();
    const [invoice] = await ada.openInvoices();
    const outcome = await collectInvoice(t.billing, {
      merchantId: other.id,
      invoiceId: invoice!.id,
      trigger: 'STAFF',
      attemptKey: 'elsewhere',
    });
    expect(outcome).toBe('not_found');
  });
});

describe('a gateway that gives no answer', () => {
  it('leaves the attempt pending, and recovery records the charge it made, once', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await whileUnreachable('after', () => t.drain());
    expect(await ada.payments()).toMatchObject([{ status: 'PENDING' }]);
    expect(await ada.charges()).toHaveLength(1);

    // Too early: the answer might still come.
    await t.travel({ seconds: 59 });
    expect(await ada.payments()).toMatchObject([{ status: 'PENDING' }]);
    await t.travel({ seconds: 1 });
    await t.travel({ minutes: 5 });
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await ada.charges()).toHaveLength(1);
    expect(await ada.openInvoices()).toEqual([]);
    const receipts = (await ada.mails()).filter(({ tag }) => tag === 'payment-receipt');
    expect(receipts).toHaveLength(1);
  });

  it('is asked again under the same key when it never saw the charge', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await whileUnreachable('before', () => t.drain());
    expect(await ada.charges()).toEqual([]);
    const [attempt] = await ada.payments();
    expect(attempt).toMatchObject({ status: 'PENDING' });
    await t.travel({ minutes: 2 });
    expect(await ada.charges()).toMatchObject([
      { idempotencyKey: attempt!.idempotencyKey, status: 'succeeded' },
    ]);
    expect(await ada.payments()).toMatchObject([{ id: attempt!.id, status: 'SUCCEEDED' }]);
  });

  it('keeps the attempt pending for as long as it stays silent', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await whileUnreachable('before', async () => {
      await t.drain();
      await t.travel({ minutes: 30 });
    });
    t.faults.beforeRequest = () => {
      throw new Error('unavailable');
    };
    await t.travel({ minutes: 30 });
    expect(await ada.payments()).toMatchObject([{ status: 'PENDING' }]);
    delete t.faults.beforeRequest;
    await t.travel({ minutes: 1 });
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('does not let one attempt that cannot be settled hold up the others', async () => {
    const stuck = await merchant.customer();
    const ada = await merchant.customer();
    await stuck.subscription();
    await ada.subscription();
    await whileUnreachable('after', () => t.drain());
    // The gateway remembers another amount under this key: nobody can say what is right.
    const [attempt] = await stuck.payments();
    await t.database.sql(`delete from sandbox_gateway.charge where idempotency_key = $1`, [
      attempt!.idempotencyKey,
    ]);
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'charge') return;
      await t.database.sql(
        `insert into sandbox_gateway.charge (id, idempotency_key, request_hash, payment_method_token,
           amount_minor, currency, description, off_session, status, created_at)
         values ('ch_other', $1, 'other', 'pm_other', 1, 'EUR', '', true, 'succeeded', now())
         on conflict do nothing`,
        [attempt!.idempotencyKey],
      );
    };
    t.clock.advance({ minutes: 2 });
    const { recoverPayments } = await import('@4geeks/billing/payment/recover-payments');
    await expect(recoverPayments(t.billing)).rejects.toThrow();
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    delete t.faults.beforeRequest;
    await t.database.sql(`delete from sandbox_gateway.charge where id = 'ch_other'`);
    await t.sweep();
    expect(await stuck.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
  });
});

describe('asking for a collection', () => {
  it('charges now, by a job, outside the dunning budget', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    const [before] = await ada.openInvoices();
    await requestInvoiceCollection(t.billing, await merchant.staff(), { invoiceId: before!.id });
    await t.drain();
    const [after] = await ada.openInvoices();
    expect(after).toMatchObject({ dunningRetries: 0, nextAttemptAt: before!.nextAttemptAt });
    expect(await ada.payments()).toMatchObject([{ trigger: 'RENEWAL' }, { trigger: 'STAFF' }]);
  });

  it('makes one attempt when it is asked for twice before the job ran', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    const [invoice] = await ada.openInvoices();
    const viewer = await ada.viewer();
    await requestInvoiceCollection(t.billing, viewer, { invoiceId: invoice!.id });
    await requestInvoiceCollection(t.billing, viewer, { invoiceId: invoice!.id });
    await t.drain();
    expect((await ada.payments()).map(({ trigger }) => trigger)).toEqual(['RENEWAL', 'CUSTOMER']);
  });

  it('is refused when the invoice is paid, being collected, without a card, or another’s', async () => {
    const paid = await merchant.customer();
    await paid.subscription();
    await t.drain();
    const without = await merchant.customer({ card: null });
    await without.subscription();
    await t.drain();
    const collecting = await merchant.customer();
    await collecting.subscription();
    await whileUnreachable('after', () => t.drain());

    const ask = async (customer: typeof paid, viewer = customer.viewer()) =>
      requestInvoiceCollection(t.billing, await viewer, {
        invoiceId: (await customer.invoices())[0]!.id,
      });
    await expect(ask(paid)).rejects.toMatchObject({ code: 'INVOICE_NOT_OPEN' });
    await expect(ask(without)).rejects.toMatchObject({ code: 'NO_PAYMENT_METHOD' });
    await expect(ask(collecting)).rejects.toMatchObject({ code: 'ALREADY_COLLECTING' });
    await expect(ask(without, paid.viewer())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = await t.seed.merchant();
    await expect(ask(without, other.staff() as never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
