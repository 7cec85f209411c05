import type { DatabaseReader, Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { refuseArchived } from '../subscription/chosen-prices.ts';
import { chooseTaxRate } from '../tax/choose-tax-rate.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { billedPrice, productName } from './issue-period-invoice.ts';
import {
  checkInvoiceTotal,
  checkLineDescription,
  checkLineQuantity,
  checkLineUnitAmount,
} from './line-input.ts';
import { lockDraft } from './lock-draft.ts';
import { reckonDraft } from './reckon-draft.ts';
import { recordDraftChange } from './record-draft-change.ts';

export interface AddInvoiceLineInput {
  invoiceId: string;
  /** A one-time price in the invoice's currency: it says what one costs. */
  priceId?: string | null;
  /** Required without a price; with one the product's name in the customer's language. */
  description?: string | null;
  quantity: number;
  /** Of one, in the invoice's currency. Not negative. Required without a price, absent with one. */
  unitAmountMinor?: bigint | null;
  /** What it is taxed by. Absent: the price's rate, or the merchant's default; null: nothing. */
  taxRateId?: string | null;
}

/**
 * Adds a line at the end of a draft: some units of a one-time price, or free text and amount.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError invoice, price, tax rate
 * @throws InvalidInputError description, quantity, unitAmountMinor, priceId
 * @throws ConflictError INVOICE_NOT_DRAFT, CURRENCY_DIFFERS, PRICE_ARCHIVED, PRODUCT_ARCHIVED
 */
export async function addInvoiceLine(
  billing: Billing,
  actor: Actor,
  input: AddInvoiceLineInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  const { invoiceId, priceId, quantity, taxRateId } = input;
  checkLineQuantity(quantity);
  if (!priceId) {
    checkLineDescription(input.description ?? '');
    if (input.unitAmountMinor == null) {
      throw new InvalidInputError('unitAmountMinor', 'required', 'Give an amount or a price.');
    }
    checkLineUnitAmount(input.unitAmountMinor);
  } else if (input.unitAmountMinor != null) {
    throw new InvalidInputError('unitAmountMinor', 'price_decides', 'The price says the amount.');
  }

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    const price = priceId ? await oneTimePrice(database, draft, priceId) : null;
    const unitAmountMinor = price?.unitAmountMinor ?? input.unitAmountMinor ?? 0n;
    const description =
      price && !input.description ? productName(price, draft) : (input.description ?? '');
    const amountMinor = unitAmountMinor * BigInt(quantity);
    checkInvoiceTotal(draft.subtotalMinor + amountMinor);
    const last = await database.invoiceLine.findFirst({
      where: { merchantId, invoiceId },
      orderBy: { position: 'desc' },
      select: { position: true },
    });
    await database.invoiceLine.create({
      data: {
        merchantId,
        invoiceId,
        priceId: price?.id ?? null,
        position: last ? last.position + 1 : 0,
        description: checkLineDescription(description),
        quantity,
        unitAmountMinor,
        amountMinor,
        taxRateId: await taxRateOf(transaction, merchantId, taxRateId, price),
      },
    });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

async function taxRateOf(
  { database }: BillingTransaction,
  merchantId: string,
  chosen: string | null | undefined,
  price: { taxRateId: string | null } | null,
): Promise<string | null> {
  if (chosen === null) return null;
  if (chosen !== undefined) return (await chooseTaxRate(database, merchantId, chosen)).id;
  if (price?.taxRateId) return price.taxRateId;
  const byDefault = await database.taxRate.findFirst({
    where: { merchantId, isDefault: true },
    select: { id: true },
  });
  return byDefault?.id ?? null;
}

async function oneTimePrice(
  database: DatabaseReader,
  { merchantId, currency }: Invoice,
  priceId: string,
) {
  const price = await database.price.findUnique({
    where: { merchantId_id: { merchantId, id: priceId } },
    ...billedPrice,
  });
  if (!price) throw new NotFoundError('price');
  if (price.type !== 'ONE_TIME') {
    throw new InvalidInputError('priceId', 'PRICE_RECURRING', 'Subscribe to a recurring price.');
  }
  refuseArchived(price);
  if (price.currency !== currency) {
    throw new ConflictError('CURRENCY_DIFFERS', 'The price is in another currency.');
  }
  return price;
}
