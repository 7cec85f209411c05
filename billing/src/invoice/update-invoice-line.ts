import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { chooseTaxRate } from '../tax/choose-tax-rate.ts';
import { inTransaction } from '../transaction.ts';
import {
  checkInvoiceTotal,
  checkLineDescription,
  checkLineQuantity,
  checkLineUnitAmount,
} from './line-input.ts';
import { lockDraftLine } from './lock-draft-line.ts';
import { reckonDraft } from './reckon-draft.ts';
import { recordDraftChange } from './record-draft-change.ts';

/** Absent or null: stays as it is. */
export interface UpdateInvoiceLineInput {
  invoiceLineId: string;
  description?: string | null;
  quantity?: number | null;
  /** Of one. A line with a price keeps the price's amount. */
  unitAmountMinor?: bigint | null;
  /** What it is taxed by. Absent: as it is; null, here: nothing. */
  taxRateId?: string | null;
}

/**
 * Changes a line of a draft.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError invoice line, tax rate
 * @throws InvalidInputError description, quantity, unitAmountMinor
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function updateInvoiceLine(
  billing: Billing,
  actor: Actor,
  { invoiceLineId, description, quantity, unitAmountMinor, taxRateId }: UpdateInvoiceLineInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  const text = description == null ? null : checkLineDescription(description);
  if (quantity != null) checkLineQuantity(quantity);
  if (unitAmountMinor != null) checkLineUnitAmount(unitAmountMinor);

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const { draft, line } = await lockDraftLine(transaction, { merchantId, id: invoiceLineId });
    if (line.priceId && unitAmountMinor != null) {
      throw new InvalidInputError('unitAmountMinor', 'price_decides', 'The price says the amount.');
    }
    if (taxRateId != null) await chooseTaxRate(database, merchantId, taxRateId);
    const units = quantity ?? line.quantity;
    const each = unitAmountMinor ?? line.unitAmountMinor;
    const amountMinor = each * BigInt(units);
    checkInvoiceTotal(draft.subtotalMinor - line.amountMinor + amountMinor);
    await database.invoiceLine.update({
      where: { id: line.id },
      data: {
        quantity: units,
        unitAmountMinor: each,
        amountMinor,
        ...(text === null ? {} : { description: text }),
        ...(taxRateId === undefined ? {} : { taxRateId }),
      },
    });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}
