/** The tables of payments, refunds and disputes in docs/invoices.md, held to the rules. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { disputeStatusAfter, disputeStatuses } from '../dispute/dispute-changes.ts';
import { refundStatusAfter, refundStatuses } from '../refund/refund-changes.ts';
import { paymentStatusAfter, paymentStatuses } from './payment-changes.ts';
import { inFlightStatuses } from './statuses.ts';

/** Word of the gateway -> one cell a status, as written below a heading. */
function documented(heading: string): Map<string, string[]> {
  const docs = readFileSync(new URL('../../../docs/invoices.md', import.meta.url), 'utf8');
  const section = docs.split('\n## ').find((text) => text.startsWith(heading))!;
  return new Map(
    section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map((cells) => [cells[1]!, cells.slice(2, -1)] as const),
  );
}

const read = (written: string, status: string) =>
  written === 'already_settled' ? null : written === '=' ? status : written;

describe.each(['processing', 'requires_action', 'succeeded', 'declined'] as const)(
  'a payment that the gateway says is %s',
  (word) => {
    it.each([...paymentStatuses.entries()])('%i: %s, as documented', (index, status) => {
      const written = documented('Payments').get(word)![index]!;
      expect(paymentStatusAfter(word, status)).toBe(read(written, status));
    });
  },
);

describe.each(['succeeded', 'failed'] as const)('a refund that the gateway says has %s', (word) => {
  it.each([...refundStatuses.entries()])('%i: %s, as documented', (index, status) => {
    const written = documented('Refunds').get(word)![index]!;
    expect(refundStatusAfter(word, status)).toBe(read(written, status));
  });
});

describe.each(['open', 'won', 'lost'] as const)('a dispute that the gateway says is %s', (word) => {
  it.each([...[null, ...disputeStatuses].entries()])('%i: %s, as documented', (index, status) => {
    const written = documented('Disputes').get(word)![index]!;
    expect(disputeStatusAfter(word, status)).toBe(read(written, status ?? 'none'));
  });
});

it('in flight are those that the gateway still has a word on, whichever it is', () => {
  expect([...inFlightStatuses]).toEqual(['PENDING', 'PROCESSING', 'REQUIRES_ACTION']);
});
