import type { Prisma } from '@4geeks/prisma';
import type { ApplicableDiscount } from '../invoice/price-invoices.ts';

/** The discounts that may still take something, with what they take, as a Prisma relation query. */
export const liveDiscounts = {
  where: { endedAt: null },
  include: { coupon: true },
  orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
} satisfies Prisma.Subscription$discountsArgs;

export type LiveDiscount = Pick<
  Prisma.DiscountGetPayload<{ include: { coupon: true } }>,
  'id' | 'endsAt' | 'coupon'
>;

/**
 * What reduces an invoice, in the order of applying: everything that has not ended by `at`.
 *
 * @param at the begin of the period billed, however late that is done; so a discount for three months
 * reduces what begins within three months.
 */
export function applicableDiscounts(
  discounts: readonly LiveDiscount[],
  at: Date,
): ApplicableDiscount[] {
  return discounts
    .filter(({ endsAt }) => endsAt === null || at < endsAt)
    .map(({ id, coupon: { name, percentOffBps, amountOffMinor, duration } }) => ({
      discountId: id,
      name,
      percentOffBps,
      amountOffMinor,
      once: duration === 'ONCE',
    }));
}
