import { divideRounded } from '../money/divide-rounded.ts';

/**
 * The tax in a credit: its share of the invoice's tax. Reckoned as the difference of two sums, so that
 * however an invoice is credited away, its credits hold exactly its tax. Beyond the invoice's total
 * (money that goes back again, because a refund failed) there is none.
 *
 * @param creditedBefore by all credit notes before this one.
 * @returns minor units, not above `amountMinor`; negative where the invoice gave tax back.
 */
export function taxOfCredit(
  { totalMinor, taxMinor }: { totalMinor: bigint; taxMinor: bigint },
  creditedBefore: bigint,
  amountMinor: bigint,
): bigint {
  if (totalMinor === 0n) return 0n;
  const upTo = (creditedMinor: bigint) =>
    divideRounded(
      (creditedMinor < totalMinor ? creditedMinor : totalMinor) * taxMinor,
      totalMinor,
      'half-up',
    );
  return upTo(creditedBefore + amountMinor) - upTo(creditedBefore);
}
