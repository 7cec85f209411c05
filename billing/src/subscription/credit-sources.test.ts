import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creditedOfPayment, refundableAmount } from '../refund/refundable-amount.ts';
import { takeCreditFrom } from './credit-sources.ts';

const paid = (id: string, amountPaidMinor: bigint, balanceAppliedMinor = 0n) => ({
  id,
  amountPaidMinor,
  balanceAppliedMinor,
  balanceCreditedMinor: 0n,
});

describe('takeCreditFrom', () => {
  it('takes from one invoice after the other, what is left of each', () => {
    const invoices = [
      { ...paid('new', 1000n, 200n), balanceCreditedMinor: 900n },
      { ...paid('all given back', 500n), balanceCreditedMinor: 500n },
      paid('old', 4900n),
    ];
    expect(takeCreditFrom(invoices, 100n)).toEqual([{ invoiceId: 'new', amountMinor: 100n }]);
    expect(takeCreditFrom(invoices, 1000n)).toEqual([
      { invoiceId: 'new', amountMinor: 300n },
      { invoiceId: 'old', amountMinor: 700n },
    ]);
    expect(takeCreditFrom(invoices, 5200n)).not.toBeNull();
    expect(takeCreditFrom(invoices, 5201n)).toBeNull();
    expect(takeCreditFrom([], 1n)).toBeNull();
  });
});

it('credits and refunds, in any order, never give back more than was paid', () => {
  const money = fc.bigInt({ min: 0n, max: 1_000_000n });
  const step = fc.record({ kind: fc.constantFrom('credit', 'refund'), amountMinor: money });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(money, money), { minLength: 1, maxLength: 4 }),
      fc.array(step),
      (amounts, steps) => {
        const invoices = amounts.map(([cash, balance], index) => ({
          ...paid(String(index), cash, balance),
          refundedMinor: 0n,
        }));
        const refundable = (invoice: (typeof invoices)[number]) =>
          refundableAmount({
            status: 'SUCCEEDED',
            amountMinor: invoice.amountPaidMinor,
            refunds: [{ status: 'PENDING', amountMinor: invoice.refundedMinor }],
            disputedMinor: 0n,
            creditedMinor: creditedOfPayment(invoice),
          });
        for (const { kind, amountMinor } of steps) {
          if (kind === 'refund') {
            const invoice = invoices[Number(amountMinor % BigInt(invoices.length))]!;
            const left = refundable(invoice);
            invoice.refundedMinor += amountMinor < left ? amountMinor : left;
          } else {
            // A refunded invoice credits no more; see findCreditSources.
            const whole = invoices.filter(({ refundedMinor }) => refundedMinor === 0n);
            const sources = takeCreditFrom(whole, amountMinor);
            const sum = (sources ?? []).reduce((total, source) => total + source.amountMinor, 0n);
            if (sources) expect(sum).toBe(amountMinor);
            for (const source of sources ?? []) {
              expect(source.amountMinor > 0n).toBe(true);
              const invoice = invoices.find(({ id }) => id === source.invoiceId)!;
              invoice.balanceCreditedMinor += source.amountMinor;
            }
          }
          for (const invoice of invoices) {
            const { refundedMinor, balanceCreditedMinor } = invoice;
            expect(refundedMinor + balanceCreditedMinor).toBeLessThanOrEqual(
              invoice.amountPaidMinor + invoice.balanceAppliedMinor,
            );
            // What is left for a refund is exactly what nothing has given back.
            expect(refundedMinor).toBeLessThanOrEqual(invoice.amountPaidMinor);
          }
        }
      },
    ),
  );
});
