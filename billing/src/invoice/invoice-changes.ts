/**
 * What may be done to an invoice in which state, and what comes of it. Pure, and the only place that
 * decides it; docs/invoices.md is the same table for people, and a test holds one to the other.
 */
import type { InvoiceStatus } from '@4geeks/prisma';

/** Why something is refused. Stable, part of the API. */
export const invoiceRefusals = {
  INVOICE_NOT_DRAFT: 'A finalized invoice does not change.',
  INVOICE_NOT_OPEN: 'Only an open invoice can be collected, voided or given up.',
  INVOICE_NOT_CREDITABLE: 'Only an open or a paid invoice can be credited.',
  ALREADY_COLLECTING: 'A payment of the invoice is in flight; its end comes first.',
} as const;

export type InvoiceRefusal = keyof typeof invoiceRefusals;

/** The status afterwards, or why it is refused. */
export type InvoiceCell = { to: InvoiceStatus } | { refused: InvoiceRefusal };

export const invoiceStatuses = [
  'DRAFT',
  'OPEN',
  'PAID',
  'VOID',
  'UNCOLLECTIBLE',
] as const satisfies readonly InvoiceStatus[];

type Row = Readonly<Record<InvoiceStatus, InvoiceCell>>;

/** Refused for `refused`, but from the statuses in `allowed`. */
function row(refused: InvoiceRefusal, allowed: Partial<Record<InvoiceStatus, InvoiceStatus>>): Row {
  const cell = (status: InvoiceStatus): InvoiceCell => {
    const to = allowed[status];
    return to ? { to } : { refused };
  };
  return {
    DRAFT: cell('DRAFT'),
    OPEN: cell('OPEN'),
    PAID: cell('PAID'),
    VOID: cell('VOID'),
    UNCOLLECTIBLE: cell('UNCOLLECTIBLE'),
  };
}

export const invoiceChanges = {
  change_lines: row('INVOICE_NOT_DRAFT', { DRAFT: 'DRAFT' }),
  /** Paid at once where nothing is due. */
  finalize: row('INVOICE_NOT_DRAFT', { DRAFT: 'OPEN' }),
  /** Once a payment succeeds. */
  collect: row('INVOICE_NOT_OPEN', { OPEN: 'PAID' }),
  /** An open one is paid when nothing is left due. */
  credit: row('INVOICE_NOT_CREDITABLE', { OPEN: 'OPEN', PAID: 'PAID' }),
  void: row('INVOICE_NOT_OPEN', { OPEN: 'VOID' }),
  mark_uncollectible: row('INVOICE_NOT_OPEN', { OPEN: 'UNCOLLECTIBLE' }),
} as const satisfies Record<string, Row>;

export type InvoiceChange = keyof typeof invoiceChanges;

export interface InvoiceFacts {
  status: InvoiceStatus;
  /** A payment whose end is not known. */
  inFlight: boolean;
}

/** @returns which rule forbids `change`; null: none. */
export function refuseInvoiceChange(
  change: InvoiceChange,
  { status, inFlight }: InvoiceFacts,
): InvoiceRefusal | null {
  const cell: InvoiceCell = invoiceChanges[change][status];
  if ('refused' in cell) return cell.refused;
  // What it would collect may be on its way already: its end comes first.
  return inFlight ? 'ALREADY_COLLECTING' : null;
}
