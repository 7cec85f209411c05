/** One-off invoices: drafted, filled, finalized, collected. */
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { removeInvoiceLine } from '@4geeks/billing/invoice/remove-invoice-line';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const staff = await merchant.staff();
const { database } = t.billing;

const line = (invoiceId: string, change: object = {}) =>
  addInvoiceLine(t.billing, staff, {
    invoiceId,
    description: 'Setup',
    quantity: 1,
    unitAmountMinor: 10000n,
    ...change,
  });

async function draft(ada: SeededCustomer) {
  const { id } = await createInvoice(t.billing, staff, { customerId: ada.id });
  await line(id);
  return id;
}

it('is drafted, filled, numbered, mailed and collected', async () => {
  const ada = await merchant.customer();
  const created = await createInvoice(t.billing, staff, { customerId: ada.id, memo: ' Thanks! ' });
  expect(created).toMatchObject({
    status: 'DRAFT',
    number: null,
    currency: 'EUR',
    memo: 'Thanks!',
  });
  await line(created.id, { description: ' Workshop ', quantity: 3, unitAmountMinor: 2500n });
  const filled = await line(created.id);
  // 3 x 25.00 + 100.00
  expect(filled).toMatchObject({ status: 'DRAFT', subtotalMinor: 17500n, totalMinor: 17500n });
  const lines = await database.invoiceLine.findMany({
    where: { invoiceId: created.id },
    orderBy: { position: 'asc' },
  });
  expect(lines).toMatchObject([
    { position: 0, description: 'Workshop', quantity: 3, amountMinor: 7500n },
    { position: 1, description: 'Setup', quantity: 1, amountMinor: 10000n },
  ]);
  expect(await removeInvoiceLine(t.billing, staff, { invoiceLineId: lines[0]!.id })).toMatchObject({
    totalMinor: 10000n,
  });
  await line(created.id, { unitAmountMinor: 100n });
  expect(await ada.mails()).toEqual([]);

  const issued = await finalizeInvoice(t.billing, staff, { invoiceId: created.id });
  expect(issued).toMatchObject({ status: 'OPEN', finalizedAt: t.clock.now(), totalMinor: 10100n });
  expect(issued.number).toMatch(/^T\d+-\d{6}$/);
  await t.drain();
  expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 10100n }]);
  expect(await ada.payments()).toMatchObject([{ trigger: 'STAFF', attemptNumber: 1 }]);
  expect((await ada.mails()).map(({ tag }) => tag).sort()).toEqual([
    'invoice-created',
    'payment-receipt',
  ]);
});

it('waits to be paid where it is not to be collected, and goes through dunning where it is', async () => {
  const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
  const dueAt = new Date(t.clock.now().getTime() + 14 * 86_400_000);
  const waiting = await draft(ada);
  await finalizeInvoice(t.billing, staff, { invoiceId: waiting, dueAt, collect: false });
  await t.drain();
  expect(await ada.openInvoices()).toMatchObject([{ dueAt, pastDueSince: null }]);
  expect(await ada.payments()).toEqual([]);
  await finalizeInvoice(t.billing, staff, { invoiceId: await draft(ada) });
  await t.drain();
  expect((await ada.openInvoices())[1]!.nextAttemptAt).not.toBeNull();
});

it('takes what the customer’s balance holds; with nothing due it is paid', async () => {
  const ada = await merchant.customer();
  await database.balanceEntry.create({
    data: {
      merchantId: merchant.id,
      customerId: ada.id,
      currency: 'EUR',
      amountMinor: 13000n,
      reason: 'PRORATION',
    },
  });
  expect(await finalizeInvoice(t.billing, staff, { invoiceId: await draft(ada) })).toMatchObject({
    status: 'PAID',
    balanceAppliedMinor: 10000n,
    amountPaidMinor: 0n,
  });
  await finalizeInvoice(t.billing, staff, { invoiceId: await draft(ada) });
  await t.drain();
  expect(await ada.charges()).toMatchObject([{ amountMinor: 7000n }]);
});

it('numbers are without gaps when many are finalized at once, each once', async () => {
  const own = await t.seed.merchant();
  const ada = await own.customer({ card: null });
  const actor = await own.staff();
  const ids = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { id } = await createInvoice(t.billing, actor, { customerId: ada.id });
      await addInvoiceLine(t.billing, actor, {
        invoiceId: id,
        description: 'Setup',
        quantity: 1,
        unitAmountMinor: 100n,
      });
      return id;
    }),
  );
  const asked = await Promise.allSettled(
    [...ids, ...ids].map((invoiceId) => finalizeInvoice(t.billing, actor, { invoiceId })),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  const numbers = (await ada.invoices()).map(({ number }) => number).sort();
  expect(numbers).toEqual(
    ids.map((_, index) => `${own.row.invoicePrefix}-${String(index + 1).padStart(6, '0')}`),
  );
});

it('changes only as a draft, and refuses what makes no sense', async () => {
  const ada = await merchant.customer({ card: null });
  const finalize = (invoiceId: string, change = {}) =>
    finalizeInvoice(t.billing, staff, { invoiceId, collect: false, ...change });
  const issue = async () => {
    const id = await draft(ada);
    await finalize(id);
    return id;
  };
  const open = await issue();
  const voided = await issue();
  await voidInvoice(t.billing, staff, { invoiceId: voided });
  const givenUp = await issue();
  await markInvoiceUncollectible(t.billing, staff, { invoiceId: givenUp });
  const payer = await merchant.customer();
  await finalizeInvoice(t.billing, staff, { invoiceId: await draft(payer) });
  await t.drain();
  const paid = (await payer.invoices())[0]!.id;
  for (const id of [open, voided, givenUp, paid]) {
    const [first] = await database.invoiceLine.findMany({ where: { invoiceId: id } });
    const refused = { code: 'INVOICE_NOT_DRAFT' };
    await expect(line(id)).rejects.toMatchObject(refused);
    await expect(finalize(id)).rejects.toMatchObject(refused);
    await expect(
      removeInvoiceLine(t.billing, staff, { invoiceLineId: first!.id }),
    ).rejects.toMatchObject(refused);
  }
  const empty = await createInvoice(t.billing, staff, { customerId: ada.id, currency: 'JPY' });
  await expect(finalize(empty.id)).rejects.toMatchObject({ code: 'INVOICE_EMPTY' });
  for (const [field, change] of [
    ['description', { description: ' ' }],
    ['quantity', { quantity: 0 }],
    ['quantity', { quantity: 1.5 }],
    ['unitAmountMinor', { unitAmountMinor: -1n }],
    ['unitAmountMinor', { unitAmountMinor: 2n ** 53n }],
  ] as const) {
    await expect(line(empty.id, change)).rejects.toMatchObject({ facts: { field } });
  }
  const id = await draft(ada);
  const dueAt = new Date(t.clock.now().getTime() - 1);
  await expect(finalize(id, { dueAt })).rejects.toMatchObject({ facts: { field: 'dueAt' } });
  const other = await t.seed.merchant();
  const stranger = await other.staff();
  for (const attempt of [
    () => createInvoice(t.billing, stranger, { customerId: ada.id }),
    () => finalizeInvoice(t.billing, stranger, { invoiceId: id }),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});
