import type { InvoiceStatus } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const statuses: Record<InvoiceStatus, { tone: Tone; label: () => string }> = {
  DRAFT: { tone: 'neutral', label: m.common_status_draft },
  OPEN: { tone: 'info', label: m.common_status_open },
  PAID: { tone: 'success', label: m.common_status_paid },
  VOID: { tone: 'neutral', label: m.common_status_void },
  UNCOLLECTIBLE: { tone: 'warning', label: m.common_status_uncollectible },
};

/** Tone and words of an invoice's status badge. */
export function invoiceBadge(invoice: { status: InvoiceStatus; isPastDue: boolean }): {
  tone: Tone;
  label: string;
} {
  if (invoice.isPastDue) return { tone: 'danger', label: m.common_status_past_due() };
  const { tone, label } = statuses[invoice.status];
  return { tone, label: label() };
}

/** What an invoice is for, in one line: what is charged, and not what a change gives back for it. */
export function invoiceSubject(
  lines: readonly { description: string; amount: { amountMinor: number } }[],
): string {
  const charge = lines.find(({ amount }) => amount.amountMinor > 0) ?? lines[0];
  return charge?.description ?? '';
}

/** What invoices are filtered by: a status, or open and failed to collect. */
export type InvoiceFilter = InvoiceStatus | 'PAST_DUE';

export const invoiceFilters: InvoiceFilter[] = [
  'PAST_DUE',
  'OPEN',
  'PAID',
  'DRAFT',
  'VOID',
  'UNCOLLECTIBLE',
];

export function filterText(filter: InvoiceFilter): string {
  return filter === 'PAST_DUE' ? m.common_status_past_due() : statuses[filter].label();
}
