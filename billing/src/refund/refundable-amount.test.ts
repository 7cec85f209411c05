import type { RefundStatus } from '@4geeks/prisma';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refundableAmount } from './refundable-amount.ts';

const paid = {
  status: 'SUCCEEDED',
  amountMinor: 4900n,
  disputedMinor: 0n,
  creditedMinor: 0n,
} as const;

describe('refundableAmount', () => {
  it('is what was paid less what went back or may have', () => {
    expect(refundableAmount({ ...paid, refunds: [] })).toBe(4900n);
    expect(
      refundableAmount({
        ...paid,
        refunds: [
          { status: 'SUCCEEDED', amountMinor: 1000n },
          { status: 'PENDING', amountMinor: 900n },
          { status: 'FAILED', amountMinor: 4900n },
        ],
      }),
    ).toBe(3000n);
  });

  it('leaves out what is disputed, and never falls below zero', () => {
    const refunds = [{ status: 'SUCCEEDED', amountMinor: 1000n }] as const;
    expect(refundableAmount({ ...paid, refunds, disputedMinor: 3000n })).toBe(900n);
    expect(refundableAmount({ ...paid, refunds, disputedMinor: 4900n })).toBe(0n);
  });

  it.each(['PENDING', 'PROCESSING', 'REQUIRES_ACTION', 'FAILED'] as const)(
    'is nothing of a payment that is %s',
    (status) => {
      expect(refundableAmount({ ...paid, status, refunds: [] })).toBe(0n);
    },
  );

  it('never lets random refunds, asked for and settled in any order, exceed the payment', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), amountMinor: fc.bigInt(1n, 2n ** 53n - 1n) }),
      fc.record({
        kind: fc.constant('settle' as const),
        which: fc.nat(),
        as: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const),
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 53n - 1n), fc.array(step), (amountMinor, steps) => {
        const refunds: { status: RefundStatus; amountMinor: bigint }[] = [];
        const payment = {
          status: 'SUCCEEDED',
          amountMinor,
          disputedMinor: 0n,
          creditedMinor: 0n,
        } as const;
        for (const next of steps) {
          if (next.kind === 'ask') {
            const left = refundableAmount({ ...payment, refunds });
            // Asked for too much: part of what is left, so that some runs empty the payment.
            const asked = next.amountMinor > left ? (left * 2n) / 3n : next.amountMinor;
            if (asked > 0n) refunds.push({ status: 'PENDING', amountMinor: asked });
          } else {
            const pending = refunds.filter(({ status }) => status === 'PENDING');
            const settled = pending[next.which % (pending.length || 1)];
            if (settled) settled.status = next.as;
          }
          const back = refunds
            .filter(({ status }) => status !== 'FAILED')
            .reduce((sum, refund) => sum + refund.amountMinor, 0n);
          expect(back).toBeLessThanOrEqual(amountMinor);
          expect(refundableAmount({ ...payment, refunds })).toBe(amountMinor - back);
        }
      }),
    );
  });
});
