/** How coupons reduce what is billed. Pure. */
import { allocate } from '../money/allocate.ts';
import { applyBps } from '../money/apply-bps.ts';

/** What a discount takes: a share, or an amount. One of the two is null. */
export interface DiscountTerms {
  percentOffBps: number | null;
  amountOffMinor: bigint | null;
}

export interface TakenDiscounts {
  /** Of each amount, by all discounts together: from 0 to the amount. */
  ofAmounts: bigint[];
  /** By each discount, of each amount. */
  byDiscount: bigint[][];
}

/**
 * Takes discounts off amounts, one after the other: each of what the ones before left over. A percent
 * is of the sum, rounded once (half-up); an amount takes no more than there is. Either is split over
 * the amounts in proportion to what is left of them, so that the parts add up to it exactly.
 *
 * @param amounts not negative.
 */
export function takeDiscounts(
  amounts: readonly bigint[],
  discounts: readonly DiscountTerms[],
): TakenDiscounts {
  let left = [...amounts];
  const byDiscount: bigint[][] = [];
  for (const discount of discounts) {
    const sum = left.reduce((total, amount) => total + amount, 0n);
    const parts = sum === 0n ? left.map(() => 0n) : allocate(sizeOf(discount, sum), left);
    byDiscount.push(parts);
    left = left.map((amount, index) => amount - parts[index]!);
  }
  return { ofAmounts: amounts.map((amount, index) => amount - left[index]!), byDiscount };
}

function sizeOf({ percentOffBps, amountOffMinor }: DiscountTerms, sum: bigint): bigint {
  if (percentOffBps !== null) return applyBps(sum, percentOffBps);
  const amount = amountOffMinor ?? 0n;
  return amount < sum ? amount : sum;
}
