import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { chooseTaxRate } from '../tax/choose-tax-rate.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { lockDraft } from './lock-draft.ts';
import { reckonDraft } from './reckon-draft.ts';

/** What every client can hold exactly. */
const mostMinor = BigInt(Number.MAX_SAFE_INTEGER);
const mostQuantity = 1_000_000;

export interface AddInvoiceLineInput {
  invoiceId: string;
  description: string;
  quantity: number;
  /** Of one, in the invoice's currency. Not negative. */
  unitAmountMinor: bigint;
  /** What it is taxed by. Absent: the merchant's default; null: nothing. */
  taxRateId?: string | null;
}

/**
 * Adds a line at the end of a draft.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError invoice, tax rate
 * @throws InvalidInputError description, quantity, unitAmountMinor
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function addInvoiceLine(
  billing: Billing,
  actor: Actor,
  { invoiceId, description, quantity, unitAmountMinor, taxRateId }: AddInvoiceLineInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  const text = description.trim();
  if (text === '' || text.length > 500) {
    throw new InvalidInputError('description', 'length', 'A description has 1 to 500 characters.');
  }
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > mostQuantity) {
    throw new InvalidInputError('quantity', 'out_of_range', `1 to ${mostQuantity} of a thing.`);
  }
  if (unitAmountMinor < 0n) {
    throw new InvalidInputError('unitAmountMinor', 'negative', 'A price is not negative.');
  }
  const amountMinor = unitAmountMinor * BigInt(quantity);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    if (draft.subtotalMinor + amountMinor > mostMinor) {
      throw new InvalidInputError('unitAmountMinor', 'too_large', 'The total is too large.');
    }
    const last = await database.invoiceLine.findFirst({
      where: { merchantId, invoiceId },
      orderBy: { position: 'desc' },
      select: { position: true },
    });
    await database.invoiceLine.create({
      data: {
        merchantId,
        invoiceId,
        position: last ? last.position + 1 : 0,
        description: text,
        quantity,
        unitAmountMinor,
        amountMinor,
        taxRateId: await taxRateOf(transaction, merchantId, taxRateId),
      },
    });
    const invoice = await reckonDraft(transaction, draft);
    await record({
      merchantId,
      customerId: draft.customerId,
      type: 'invoice.updated',
      objectType: 'invoice',
      objectId: invoiceId,
      data: { totalMinor: invoice.totalMinor.toString(), currency: invoice.currency },
    });
    return invoice;
  });
}

async function taxRateOf(
  { database }: BillingTransaction,
  merchantId: string,
  chosen: string | null | undefined,
): Promise<string | null> {
  if (chosen === null) return null;
  if (chosen !== undefined) return (await chooseTaxRate(database, merchantId, chosen)).id;
  const byDefault = await database.taxRate.findFirst({
    where: { merchantId, isDefault: true },
    select: { id: true },
  });
  return byDefault?.id ?? null;
}
