/** Lines of a draft: by a one-time price or free text, added, changed, gone with the draft. */
import { addInvoiceLine, type AddInvoiceLineInput } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { updateInvoiceLine } from '@4geeks/billing/invoice/update-invoice-line';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { createPrice, type CreatePriceInput } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { updateProduct } from '@4geeks/billing/product/update-product';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const staff = await merchant.staff('SUPPORT');
const { database } = t.billing;
const { system } = merchant;

async function oneTimePrice(options: Partial<CreatePriceInput> = {}) {
  const { id: productId } = await createProduct(t.billing, system, {
    name: 'Workshop',
    translations: [{ locale: 'it', name: 'Laboratorio' }],
  });
  const { id: priceId } = await createPrice(t.billing, system, {
    productId,
    type: 'ONE_TIME',
    currency: 'EUR',
    unitAmountMinor: 45_000n,
    ...options,
  });
  return { productId, priceId };
}

async function draft({ id: customerId }: SeededCustomer, currency?: string): Promise<string> {
  const invoice = await createInvoice(t.billing, staff, {
    customerId,
    ...(currency ? { currency } : {}),
  });
  return invoice.id;
}

const linesOf = (invoiceId: string) =>
  database.invoiceLine.findMany({ where: { invoiceId }, orderBy: { position: 'asc' } });

it('bills some of a one-time price, by the name the customer reads', async () => {
  const ada = await merchant.customer({ locale: 'it' });
  const { productId, priceId } = await oneTimePrice();
  const invoiceId = await draft(ada);
  const filled = await addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity: 2 });
  expect(filled).toMatchObject({ totalMinor: 90_000n, subtotalMinor: 90_000n });
  await addInvoiceLine(t.billing, staff, {
    invoiceId,
    priceId,
    quantity: 1,
    description: 'Laboratorio, 3 marzo',
  });
  await updateProduct(t.billing, system, { productId, name: 'Other', translations: [] });
  expect(await linesOf(invoiceId)).toMatchObject([
    { description: 'Laboratorio', quantity: 2, unitAmountMinor: 45_000n, priceId },
    { description: 'Laboratorio, 3 marzo', quantity: 1, amountMinor: 45_000n, priceId },
  ]);
  await finalizeInvoice(t.billing, staff, { invoiceId });
  await t.drain();
  expect(await ada.charges()).toMatchObject([{ amountMinor: 135_000n }]);
});

it.each([
  ['JPY', 5n],
  ['KWD', 1_234n],
])('bills in %s', async (currency, unitAmountMinor) => {
  const ada = await merchant.customer();
  const { priceId } = await oneTimePrice({ currency, unitAmountMinor });
  const invoiceId = await draft(ada, currency);
  await addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity: 3 });
  await finalizeInvoice(t.billing, staff, { invoiceId });
  await t.drain();
  expect(await ada.charges()).toMatchObject([{ amountMinor: 3n * unitAmountMinor }]);
});

it('refuses prices that recur, are archived, unknown, or of another currency', async () => {
  const ada = await merchant.customer({ card: null });
  const invoiceId = await draft(ada);
  const add = (priceId: string, change: Partial<AddInvoiceLineInput> = {}) =>
    expect(addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity: 1, ...change }))
      .rejects;
  const { priceId } = await oneTimePrice();
  await add(priceId, { unitAmountMinor: 1n }).toMatchObject({
    facts: { field: 'unitAmountMinor', reason: 'price_decides' },
  });
  await add(priceId, { quantity: 0 }).toMatchObject({ facts: { field: 'quantity' } });
  const { priceId: monthly } = await oneTimePrice({ type: 'RECURRING', interval: 'MONTH' });
  await add(monthly).toMatchObject({ facts: { field: 'priceId', reason: 'PRICE_RECURRING' } });
  const { priceId: dollars } = await oneTimePrice({ currency: 'USD' });
  await add(dollars).toMatchObject({ code: 'CURRENCY_DIFFERS' });
  const { priceId: old } = await oneTimePrice();
  await archivePrice(t.billing, system, { priceId: old });
  await add(old).toMatchObject({ code: 'PRICE_ARCHIVED' });
  const gone = await oneTimePrice();
  await archiveProduct(t.billing, system, { productId: gone.productId });
  await add(gone.priceId).toMatchObject({ code: 'PRODUCT_ARCHIVED' });
  await add('00000000-0000-7000-8000-000000000000').toMatchObject({ code: 'NOT_FOUND' });
  const stranger = await (await t.seed.merchant()).staff();
  const theirs = await createInvoice(t.billing, stranger, {
    customerId: (await (await t.seed.merchant()).customer()).id,
  }).catch((error: unknown) => error);
  expect(theirs).toMatchObject({ code: 'NOT_FOUND' });
  await expect(
    addInvoiceLine(t.billing, staff, { invoiceId, quantity: 1, description: 'x' }),
  ).rejects.toMatchObject({ facts: { field: 'unitAmountMinor', reason: 'required' } });
  expect(await linesOf(invoiceId)).toEqual([]);
});

it('changes a line of a draft, and the total with it', async () => {
  const ada = await merchant.customer({ card: null });
  const { priceId } = await oneTimePrice();
  const invoiceId = await draft(ada);
  await addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity: 1 });
  await addInvoiceLine(t.billing, staff, {
    invoiceId,
    description: 'Travel',
    quantity: 2,
    unitAmountMinor: 1_000n,
  });
  const [workshop, travel] = await linesOf(invoiceId);
  const change = (invoiceLineId: string, what: object) =>
    updateInvoiceLine(t.billing, staff, { invoiceLineId, ...what });
  // 3 x 450.00 + 2 x 10.00
  expect(await change(workshop!.id, { quantity: 3 })).toMatchObject({ totalMinor: 137_000n });
  // 3 x 450.00 + 2 x 7.50
  expect(await change(travel!.id, { unitAmountMinor: 750n, description: ' Train ' })).toMatchObject(
    { totalMinor: 136_500n, subtotalMinor: 136_500n },
  );
  expect(await linesOf(invoiceId)).toMatchObject([
    { description: 'Workshop', quantity: 3, amountMinor: 135_000n },
    { description: 'Train', quantity: 2, unitAmountMinor: 750n, amountMinor: 1_500n },
  ]);
  for (const [what, field] of [
    [{ quantity: 0 }, 'quantity'],
    [{ unitAmountMinor: -1n }, 'unitAmountMinor'],
    [{ description: ' ' }, 'description'],
    [{ unitAmountMinor: 2n ** 53n }, 'unitAmountMinor'],
  ] as const) {
    await expect(change(travel!.id, what)).rejects.toMatchObject({ facts: { field } });
  }
  await expect(change(workshop!.id, { unitAmountMinor: 1n })).rejects.toMatchObject({
    facts: { reason: 'price_decides' },
  });
  const stranger = await (await t.seed.merchant()).staff();
  const asked = { invoiceLineId: travel!.id, quantity: 9 };
  await expect(updateInvoiceLine(t.billing, stranger, asked)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await finalizeInvoice(t.billing, staff, { invoiceId, collect: false });
  await expect(change(travel!.id, { quantity: 9 })).rejects.toMatchObject({
    code: 'INVOICE_NOT_DRAFT',
  });
  expect(await ada.openInvoices()).toMatchObject([{ totalMinor: 136_500n }]);
});

it('two changes at once both count', async () => {
  const ada = await merchant.customer({ card: null });
  const { priceId } = await oneTimePrice({ unitAmountMinor: 100n });
  const invoiceId = await draft(ada);
  for (const quantity of [1, 1]) {
    await addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity });
  }
  const lines = await linesOf(invoiceId);
  await Promise.all(
    lines.map(({ id }) => updateInvoiceLine(t.billing, staff, { invoiceLineId: id, quantity: 5 })),
  );
  const invoice = await database.invoice.findUniqueOrThrow({ where: { id: invoiceId } });
  expect(invoice.totalMinor).toBe(1_000n);
});

it('a draft is deleted with its lines and takes no number; what was finalized is not', async () => {
  const ada = await merchant.customer({ card: null });
  const { priceId } = await oneTimePrice();
  const numberBefore = (await database.merchant.findUniqueOrThrow({ where: { id: merchant.id } }))
    .nextInvoiceNumber;
  const invoiceId = await draft(ada);
  await addInvoiceLine(t.billing, staff, { invoiceId, priceId, quantity: 1 });
  const stranger = await (await t.seed.merchant()).staff();
  await expect(deleteDraftInvoice(t.billing, stranger, { invoiceId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await deleteDraftInvoice(t.billing, staff, { invoiceId });
  expect(await ada.invoices()).toEqual([]);
  expect(await linesOf(invoiceId)).toEqual([]);
  expect((await ada.events()).slice(-3)).toEqual([
    'invoice.created',
    'invoice.updated',
    'invoice.deleted',
  ]);
  await expect(deleteDraftInvoice(t.billing, staff, { invoiceId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const finalized = await draft(ada);
  await addInvoiceLine(t.billing, staff, { invoiceId: finalized, priceId, quantity: 1 });
  await finalizeInvoice(t.billing, staff, { invoiceId: finalized, collect: false });
  await expect(
    deleteDraftInvoice(t.billing, staff, { invoiceId: finalized }),
  ).rejects.toMatchObject({ code: 'INVOICE_NOT_DRAFT' });
  const [left] = await ada.invoices();
  expect(left!.number).toBe(
    `${merchant.row.invoicePrefix}-${String(numberBefore).padStart(6, '0')}`,
  );
});
