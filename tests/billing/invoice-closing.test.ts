/** Invoices that end without a payment: voided, or given up. */
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const { database } = t.billing;

afterEach(() => {
  delete t.faults.afterCharge;
});

const ends = [
  {
    name: 'voidInvoice',
    end: voidInvoice,
    status: 'VOID',
    at: 'voidedAt',
    event: 'invoice.voided',
  },
  {
    name: 'markInvoiceUncollectible',
    end: markInvoiceUncollectible,
    status: 'UNCOLLECTIBLE',
    at: 'uncollectibleAt',
    event: 'invoice.marked_uncollectible',
  },
] as const;

/** A customer whose first invoice is open and past due, with a retry planned. */
async function declined() {
  const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
  await ada.subscription({ interval: 'YEAR' });
  await t.drain();
  const [invoice] = await ada.openInvoices();
  expect(invoice!.nextAttemptAt).not.toBeNull();
  return { ada, invoice: invoice! };
}

describe.each(ends)('$name', ({ end, status, at, event }) => {
  it('ends an open invoice: nothing is retried, and its subscription is active again', async () => {
    const { ada, invoice } = await declined();
    await database.dunningCase.upsert({
      where: { invoiceId: invoice.id },
      create: {
        invoiceId: invoice.id,
        merchantId: merchant.id,
        customerId: ada.id,
        currency: 'EUR',
        amountMinor: 4900n,
        declineCode: 'insufficient_funds',
        openedAt: t.clock.now(),
      },
      update: {},
    });
    const ended = await end(t.billing, await merchant.staff(), { invoiceId: invoice.id });
    expect(ended).toMatchObject({ status, [at]: t.clock.now(), nextAttemptAt: null });
    expect(ended.number).toBe(invoice.number);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
    expect((await ada.events()).slice(-2)).toEqual([event, 'subscription.recovered']);
    expect(
      await database.dunningCase.findUnique({ where: { invoiceId: invoice.id } }),
    ).toMatchObject({ lostAt: t.clock.now(), recoveredAt: null });

    await t.travel({ days: 20 });
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.payments()).toHaveLength(1);
    await expect(
      requestInvoiceCollection(t.billing, await merchant.staff(), { invoiceId: invoice.id }),
    ).rejects.toMatchObject({ code: 'INVOICE_NOT_OPEN' });
  });

  it('leaves a subscription past due for as long as another of its invoices is', async () => {
    const ada = await merchant.customer({ card: 'visa_lost' });
    await ada.subscription();
    await t.drain();
    await t.travel({ days: 31 });
    const [first, second] = await ada.openInvoices();
    const staff = await merchant.staff();
    await end(t.billing, staff, { invoiceId: first!.id });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    await end(t.billing, staff, { invoiceId: second!.id });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('is refused while a payment is in flight, and allowed to an API key', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    const [invoice] = await ada.openInvoices();
    const { viewer } = await merchant.apiKey(['invoices:write']);
    await expect(end(t.billing, viewer, { invoiceId: invoice!.id })).rejects.toMatchObject({
      code: 'ALREADY_COLLECTING',
    });
    await ada.enterCard('visa_declines_on_charge');
    await t.drain();
    await end(t.billing, viewer, { invoiceId: invoice!.id });
    expect(await ada.invoices()).toMatchObject([{ status }]);
  });

  it('is refused for drafts and for what is paid, void or given up', async () => {
    const staff = await merchant.staff();
    const paid = await merchant.customer();
    await paid.subscription();
    await t.drain();
    const voided = (await declined()).invoice;
    await voidInvoice(t.billing, staff, { invoiceId: voided.id });
    const givenUp = (await declined()).invoice;
    await markInvoiceUncollectible(t.billing, staff, { invoiceId: givenUp.id });
    const draft = await createInvoice(t.billing, staff, { customerId: paid.id });
    for (const invoiceId of [(await paid.invoices())[0]!.id, voided.id, givenUp.id, draft.id]) {
      const before = await database.invoice.findUniqueOrThrow({ where: { id: invoiceId } });
      await expect(end(t.billing, staff, { invoiceId })).rejects.toMatchObject({
        code: 'INVOICE_NOT_OPEN',
        facts: { status: before.status },
      });
      expect(await database.invoice.findUnique({ where: { id: invoiceId } })).toEqual(before);
    }
  });

  it('finds no invoice of another merchant', async () => {
    const { invoice } = await declined();
    const other = await t.seed.merchant();
    await expect(
      end(t.billing, await other.staff(), { invoiceId: invoice.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('a void invoice gives back what it took from the customer’s balance', async () => {
  const { ada, invoice } = await declined();
  await database.invoice.update({
    where: { id: invoice.id },
    data: { balanceAppliedMinor: 900n },
  });
  await voidInvoice(t.billing, merchant.system, { invoiceId: invoice.id });
  expect(await database.balanceEntry.findMany({ where: { customerId: ada.id } })).toMatchObject([
    { amountMinor: 900n, currency: 'EUR', reason: 'INVOICE_CANCELED' },
  ]);
});

it('voiding lets an unpaid subscription go on; giving up does not', async () => {
  const strict = await t.seed.merchant({ finalAction: 'MARK_UNPAID' });
  const unpaid = async () => {
    const ada = await strict.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    for (const days of [3, 5, 7]) await t.travel({ days });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'UNPAID' }]);
    return { ada, invoiceId: (await ada.openInvoices())[0]!.id };
  };
  const voided = await unpaid();
  await voidInvoice(t.billing, strict.system, voided);
  const [subscription] = await voided.ada.subscriptions();
  expect(subscription).toMatchObject({
    status: 'ACTIVE',
    nextRenewalAt: subscription!.currentPeriodEnd,
  });
  const givenUp = await unpaid();
  await markInvoiceUncollectible(t.billing, strict.system, givenUp);
  expect(await givenUp.ada.subscriptions()).toMatchObject([
    { status: 'UNPAID', nextRenewalAt: null },
  ]);
});
