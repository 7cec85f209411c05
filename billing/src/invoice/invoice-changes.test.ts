import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  invoiceChanges,
  invoiceStatuses,
  refuseInvoiceChange,
  type InvoiceCell,
  type InvoiceChange,
} from './invoice-changes.ts';

/** The table in the docs: change -> one cell a status, as written. */
const documented = new Map(
  readFileSync(new URL('../../../docs/invoices.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    // A name and five statuses; the tables of payments and refunds are others.
    .filter((cells) => cells.length === 8 && Object.hasOwn(invoiceChanges, cells[1]!))
    .map((cells) => [cells[1]!, cells.slice(2, 7)] as const),
);

it('the docs name every change', () => {
  expect([...documented.keys()].sort()).toEqual(Object.keys(invoiceChanges).sort());
});

describe.each(Object.keys(invoiceChanges) as InvoiceChange[])('%s', (change) => {
  it.each([...invoiceStatuses.entries()])('%i: %s, as documented', (index, status) => {
    const written = documented.get(change)![index]!;
    const cell: InvoiceCell = invoiceChanges[change][status];
    expect('to' in cell ? cell.to : cell.refused).toBe(written === '=' ? status : written);
    expect(refuseInvoiceChange(change, { status, inFlight: false })).toBe(
      'to' in cell ? null : written,
    );
    // What is refused is refused for its state first; what is allowed waits for the payment.
    expect(refuseInvoiceChange(change, { status, inFlight: true })).toBe(
      'to' in cell ? 'ALREADY_COLLECTING' : written,
    );
  });
});
