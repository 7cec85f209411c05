import { divideRounded } from '../money/divide-rounded.ts';

/** Parts per million in one whole: 210,000 ppm = 21 %. */
const whole = 1_000_000n;

/**
 * The tax on an amount: added to it, or, where the price is inclusive, contained in it. Rounded
 * half-up to minor units, alike on both sides of zero: what is given back is what was taken.
 *
 * `taxOn(10_000n, { ratePpm: 210_000, inclusive: false })` is 2100n; inclusive it is 1736n, because
 * 82.64 and 21 % of it are 100.00.
 *
 * @throws RangeError when `ratePpm` is not a whole number.
 */
export function taxOn(
  amountMinor: bigint,
  { ratePpm, inclusive }: { ratePpm: number; inclusive: boolean },
): bigint {
  const rate = BigInt(ratePpm);
  return divideRounded(amountMinor * rate, inclusive ? whole + rate : whole, 'half-up');
}
