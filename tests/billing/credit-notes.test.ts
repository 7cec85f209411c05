/** Credit notes: before payment they reduce what is due, afterwards they send money back. */
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions, SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const staff = await merchant.staff();
const { database } = t.billing;

/** A customer with their first invoice, over 49.00: paid, or past due where the card says so. */
async function billed(options: CustomerOptions = {}, at: SeededMerchant = merchant) {
  const ada = await at.customer(options);
  await ada.subscription({ interval: 'YEAR' });
  await t.drain();
  const [invoice] = await ada.invoices();
  return { ada, invoiceId: invoice!.id };
}
const pastDue = () => billed({ card: 'visa_insufficient_funds' });

const credit = (invoiceId: string, amountMinor: bigint, reason = 'Downtime in March') =>
  creditInvoice(t.billing, staff, { invoiceId, amountMinor, reason });

describe('crediting an open invoice', () => {
  it('reduces what is due, and what the next attempt charges', async () => {
    const { ada, invoiceId } = await pastDue();
    const note = await credit(invoiceId, 1000n);
    expect(note).toMatchObject({ amountMinor: 1000n, currency: 'EUR', refundId: null });
    expect(note.number).toMatch(/^CN-T\d+-\d{6}$/);
    expect(await ada.invoices()).toMatchObject([{ status: 'OPEN', amountCreditedMinor: 1000n }]);
    expect((await ada.events()).at(-1)).toBe('credit_note.issued');
    await ada.enterCard('visa');
    await t.drain();
    expect((await ada.charges()).at(-1)).toMatchObject({ status: 'succeeded', amountMinor: 3900n });
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', amountPaidMinor: 3900n, amountCreditedMinor: 1000n },
    ]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('pays it when nothing is left due: no retry, no charge, the subscription active again', async () => {
    const { ada, invoiceId } = await pastDue();
    await credit(invoiceId, 4000n);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    await credit(invoiceId, 900n);
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', paidAt: t.clock.now(), amountPaidMinor: 0n, nextAttemptAt: null },
    ]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
    expect((await ada.events()).slice(-3)).toEqual([
      'invoice.paid',
      'subscription.recovered',
      'credit_note.issued',
    ]);
    expect(await database.dunningCase.findUnique({ where: { invoiceId } })).toMatchObject({
      recoveredAt: null,
      lostAt: t.clock.now(),
    });
    await t.travel({ days: 20 });
    expect(await ada.payments()).toHaveLength(1);
  });

  it('never credits more than is due, however many are issued at once', async () => {
    const { ada, invoiceId } = await pastDue();
    const issued = await Promise.allSettled(
      Array.from({ length: 8 }, () => credit(invoiceId, 1000n)),
    );
    expect(issued.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    await expect(credit(invoiceId, 901n)).rejects.toMatchObject({
      code: 'CREDIT_EXCEEDS_INVOICE',
      facts: { dueMinor: '900' },
    });
    expect(await ada.invoices()).toMatchObject([{ status: 'OPEN', amountCreditedMinor: 4000n }]);
  });
});

describe('crediting a paid invoice', () => {
  it('sends the money back, and names the refund', async () => {
    const { ada, invoiceId } = await billed();
    const note = await credit(invoiceId, 1900n);
    await t.drain();
    expect(await database.refund.findMany({ where: { payment: { invoiceId } } })).toMatchObject([
      { id: note.refundId, status: 'SUCCEEDED', amountMinor: 1900n },
    ]);
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', amountPaidMinor: 4900n, amountCreditedMinor: 0n },
    ]);
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 1900n }]);
  });

  it('never sends back more than was paid, refunds and credits together', async () => {
    const { ada, invoiceId } = await billed();
    const [payment] = await ada.payments();
    const asked = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => credit(invoiceId, 1000n)),
      ...Array.from({ length: 4 }, () =>
        refundPayment(t.billing, staff, { paymentId: payment!.id, amountMinor: 1000n }),
      ),
    ]);
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    await t.drain();
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 4000n }]);
    const notes = await database.creditNote.count({ where: { invoiceId } });
    expect(await database.refund.count({ where: { creditNote: { invoiceId } } })).toBe(notes);
  });

  it('stands when the refund fails, and the money can be sent back again', async () => {
    const { ada, invoiceId } = await billed({ card: 'visa_refund_fails' });
    const note = await credit(invoiceId, 4900n);
    await t.drain();
    expect(await database.refund.findUnique({ where: { id: note.refundId! } })).toMatchObject({
      status: 'FAILED',
    });
    const [payment] = await ada.payments();
    expect(await refundPayment(t.billing, staff, { paymentId: payment!.id })).toMatchObject({
      amountMinor: 4900n,
    });
  });

  it('needs the right to send money back', async () => {
    const { invoiceId } = await billed();
    const { viewer } = await merchant.apiKey(['invoices:write']);
    await expect(
      creditInvoice(t.billing, viewer, { invoiceId, amountMinor: 1n, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN', facts: { permission: 'payments:write' } });
    expect(await database.creditNote.count({ where: { invoiceId } })).toBe(0);
  });
});

it('numbers are without gaps, whatever fails or races', async () => {
  const own = await t.seed.merchant();
  const invoices: Awaited<ReturnType<typeof billed>>[] = [];
  for (let index = 0; index < 4; index += 1) invoices.push(await billed({}, own));
  const other = t.another();
  const actor = await own.staff();
  const asked = await Promise.allSettled(
    Array.from({ length: 24 }, (_, index) =>
      creditInvoice(index % 2 ? t.billing : other.billing, actor, {
        invoiceId: invoices[index % 4]!.invoiceId,
        // Some are too much and fail, after others have taken their numbers.
        amountMinor: index % 5 === 0 ? 4900n : 600n,
        reason: 'Goodwill',
      }),
    ),
  );
  expect(asked.some(({ status }) => status === 'rejected')).toBe(true);
  const notes = await database.creditNote.findMany({
    where: { merchantId: own.id },
    orderBy: { number: 'asc' },
  });
  expect(notes.length).toBeGreaterThan(3);
  expect(notes.map(({ number }) => number)).toEqual(
    notes.map((_, index) => `CN-${own.row.invoicePrefix}-${String(index + 1).padStart(6, '0')}`),
  );
});

it('is refused for drafts, void and given-up invoices, in flight, and without a reason', async () => {
  const voided = (await pastDue()).invoiceId;
  await voidInvoice(t.billing, staff, { invoiceId: voided });
  const givenUp = (await pastDue()).invoiceId;
  await markInvoiceUncollectible(t.billing, staff, { invoiceId: givenUp });
  const { ada } = await pastDue();
  const draft = (await createInvoice(t.billing, staff, { customerId: ada.id })).id;
  for (const invoiceId of [voided, givenUp, draft]) {
    await expect(credit(invoiceId, 100n)).rejects.toMatchObject({
      code: 'INVOICE_NOT_CREDITABLE',
    });
  }
  const waiting = await billed({ card: 'visa_3ds' });
  await expect(credit(waiting.invoiceId, 100n)).rejects.toMatchObject({
    code: 'ALREADY_COLLECTING',
  });
  const open = (await pastDue()).invoiceId;
  await expect(credit(open, 0n)).rejects.toMatchObject({ facts: { field: 'amountMinor' } });
  await expect(credit(open, 1n, ' ')).rejects.toMatchObject({ facts: { field: 'reason' } });
  const other = await t.seed.merchant();
  await expect(
    creditInvoice(t.billing, await other.staff(), {
      invoiceId: open,
      amountMinor: 1n,
      reason: 'x',
    }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(
    await database.creditNote.count({
      where: { invoiceId: { in: [voided, givenUp, draft, open] } },
    }),
  ).toBe(0);
});
