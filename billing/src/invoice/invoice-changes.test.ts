import { expect, it } from 'vitest';
import { refuseInvoiceChange, type InvoiceChange } from './invoice-changes.ts';

const statuses = ['DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE'] as const;

it.each<[InvoiceChange, readonly string[]]>([
  ['void', ['OPEN']],
  ['mark_uncollectible', ['OPEN']],
  ['credit', ['OPEN', 'PAID']],
])('%s is allowed from %j, and never while a payment is in flight', (change, from) => {
  const allowed = statuses.filter(
    (status) => refuseInvoiceChange(change, { status, inFlight: false }) === null,
  );
  expect(allowed).toEqual(from);
  for (const status of statuses) {
    expect(refuseInvoiceChange(change, { status, inFlight: true })).not.toBeNull();
  }
  expect(refuseInvoiceChange(change, { status: 'OPEN', inFlight: true })).toBe(
    'ALREADY_COLLECTING',
  );
});
