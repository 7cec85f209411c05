import { divideRounded, type Rounding } from './divide-rounded.ts';

/** Basis points in one whole: 10,000 bps = 100 %. */
const whole = 10_000n;

/**
 * `rateBps` of an amount: `applyBps(1999n, 1900)` is 380n (19 % of 19.99 is 3.7981).
 *
 * @param rateBps hundredths of a percent, a whole number: 1900 = 19 %.
 * @throws RangeError when `rateBps` is not a whole number.
 */
export function applyBps(
  amountMinor: bigint,
  rateBps: number,
  rounding: Rounding = 'half-up',
): bigint {
  return divideRounded(amountMinor * BigInt(rateBps), whole, rounding);
}
