import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prorate, remainingOf, type ProratedItem } from './prorate.ts';

const item = (priceId: string, unitAmountMinor: bigint, quantity = 1): ProratedItem => ({
  priceId,
  quantity,
  unitAmountMinor,
});
const april = { start: new Date('2027-04-01T00:00:00Z'), end: new Date('2027-05-01T00:00:00Z') };

describe('proration', () => {
  it('upgrades in the middle of a month for half the difference', () => {
    // April has 30 days; 15 are left: 4900 * 15/30 = 2450 back, 9900 * 15/30 = 4950 to pay.
    const change = prorate(
      [item('team', 4900n)],
      [item('business', 9900n)],
      april,
      new Date('2027-04-16T00:00:00Z'),
    );
    expect(change).toMatchObject({ creditMinor: 2450n, debitMinor: 4950n, netMinor: 2500n });
    expect(change.lines.map(({ amountMinor }) => amountMinor)).toEqual([-2450n, 4950n]);
  });

  it('counts seconds', () => {
    // One second of 30 days is left: 259200000 / 2592000 = 100 minor units exactly.
    const change = prorate(
      [],
      [item('dear', 259_200_000n)],
      april,
      new Date('2027-04-30T23:59:59Z'),
    );
    expect(change.netMinor).toBe(100n);
  });

  it('takes February as long as it is', () => {
    const half = (year: number, days: number) =>
      prorate(
        [],
        [item('team', 2900n)],
        { start: new Date(`${year}-02-01T00:00:00Z`), end: new Date(`${year}-03-01T00:00:00Z`) },
        new Date(`${year}-02-15T00:00:00Z`),
      ).netMinor === BigInt(Math.round((2900 * (days - 14)) / days));
    // 2028 leaps: 15 of 29 days are left, 2900 * 15/29 = 1500. 2027: 14 of 28, 1450.
    expect(half(2028, 29)).toBe(true);
    expect(half(2027, 28)).toBe(true);
  });

  it('leaves alone what stays', () => {
    const stays = item('seats', 700n, 3);
    const { lines } = prorate(
      [stays, item('team', 4900n)],
      [stays, item('business', 9900n)],
      april,
      april.start,
    );
    expect(lines.map((line) => line.item.priceId)).toEqual(['team', 'business']);
  });

  it('has lines that add up where they do not divide', () => {
    // A third of the month is left: (100 + 100 + 100) / 3 = 100, and not 33 three times.
    const { lines, debitMinor } = prorate(
      [],
      [item('a', 100n), item('b', 100n), item('c', 100n)],
      april,
      new Date('2027-04-21T00:00:00Z'),
    );
    expect(debitMinor).toBe(100n);
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([34n, 33n, 33n]);
  });

  it('gives a begun second to the customer', () => {
    expect(remainingOf(april, new Date(april.start.getTime() + 999))).toEqual({
      remainingSeconds: 2_592_000n,
      totalSeconds: 2_592_000n,
    });
    expect(remainingOf(april, april.end).remainingSeconds).toBe(0n);
  });
});

describe('whatever changes into whatever, whenever', () => {
  const items = fc.uniqueArray(
    fc.record({
      priceId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      quantity: fc.integer({ min: 1, max: 1000 }),
      unitAmountMinor: fc.bigInt({ min: 0n, max: 10_000_000_000n }),
    }),
    { selector: ({ priceId }) => priceId, maxLength: 5 },
  );
  const time = fc
    .record({
      start: fc.integer({ min: 0, max: 4_000_000_000 }),
      length: fc.integer({ min: 1000, max: 63_072_000_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ start, length, share }) => ({
      period: { start: new Date(start * 1000), end: new Date(start * 1000 + length) },
      now: new Date(start * 1000 + Math.floor(length * share)),
    }));
  const full = (side: readonly ProratedItem[]) =>
    side.reduce(
      (sum, { quantity, unitAmountMinor }) => sum + BigInt(quantity) * unitAmountMinor,
      0n,
    );

  it('never charges or credits more than the full price, in all or on a line', () => {
    fc.assert(
      fc.property(items, items, time, (before, after, { period, now }) => {
        const change = prorate(before, after, period, now);
        expect(change.debitMinor).toBeLessThanOrEqual(full(after));
        expect(change.creditMinor).toBeLessThanOrEqual(full(before));
        for (const line of change.lines) {
          const price = full([line.item]);
          expect(line.amountMinor).toBeLessThanOrEqual(price);
          expect(line.amountMinor).toBeGreaterThanOrEqual(-price);
        }
      }),
    );
  });

  it('is nothing for an unchanged plan', () => {
    fc.assert(
      fc.property(items, time, (plan, { period, now }) => {
        expect(prorate(plan, plan.toReversed(), period, now)).toEqual({
          lines: [],
          creditMinor: 0n,
          debitMinor: 0n,
          netMinor: 0n,
        });
      }),
    );
  });

  it('returns on the way back what it charged on the way there', () => {
    fc.assert(
      fc.property(items, items, time, (before, after, { period, now }) => {
        const there = prorate(before, after, period, now);
        const back = prorate(after, before, period, now);
        expect(back.creditMinor).toBe(there.debitMinor);
        expect(back.debitMinor).toBe(there.creditMinor);
        expect(back.netMinor).toBe(-there.netMinor);
      }),
    );
  });

  it('has lines that add up exactly', () => {
    fc.assert(
      fc.property(items, items, time, (before, after, { period, now }) => {
        const { lines, creditMinor, debitMinor, netMinor } = prorate(before, after, period, now);
        const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0n);
        expect(sum).toBe(netMinor);
        expect(netMinor).toBe(debitMinor - creditMinor);
      }),
    );
  });

  it('costs less the later it is', () => {
    fc.assert(
      fc.property(items, time, (after, { period, now }) => {
        const early = prorate([], after, period, period.start).debitMinor;
        const late = prorate([], after, period, now).debitMinor;
        expect(late).toBeLessThanOrEqual(early);
        expect(early).toBe(full(after));
      }),
    );
  });
});
