/**
 * What may be done to an invoice in which state; docs/invoices.md shows it as a table. Pure.
 */
import type { InvoiceStatus } from '@4geeks/prisma';

export type InvoiceChange = 'void' | 'mark_uncollectible' | 'credit';

const allowedFrom: Readonly<Record<InvoiceChange, ReadonlySet<InvoiceStatus>>> = {
  void: new Set(['OPEN']),
  mark_uncollectible: new Set(['OPEN']),
  credit: new Set(['OPEN', 'PAID']),
};

export interface InvoiceFacts {
  status: InvoiceStatus;
  /** A payment whose end is not known. */
  inFlight: boolean;
}

export type InvoiceRefusal = 'INVOICE_NOT_OPEN' | 'INVOICE_NOT_CREDITABLE' | 'ALREADY_COLLECTING';

/** @returns which rule forbids `change`; null: none. */
export function refuseInvoiceChange(
  change: InvoiceChange,
  { status, inFlight }: InvoiceFacts,
): InvoiceRefusal | null {
  if (!allowedFrom[change].has(status)) {
    return change === 'credit' ? 'INVOICE_NOT_CREDITABLE' : 'INVOICE_NOT_OPEN';
  }
  // What it would collect may be on its way already: its end comes first.
  return inFlight ? 'ALREADY_COLLECTING' : null;
}
