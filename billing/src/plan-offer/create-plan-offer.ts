import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { loadChosenPrices } from '../subscription/chosen-prices.ts';
import { refuseOtherCurrency } from '../subscription/plan-subscription-change.ts';
import type { BillingTransaction } from '../transaction.ts';
import { planOf } from './plan-change-rules.ts';

/** Prices on offer at once. */
const mostOfferedPrices = 10;

export interface NewPlanOffer {
  merchantId: string;
  customerId: string;
  subscriptionId: string;
  /** 1 to 10, in the order in which they are shown. The present plan may be among them. */
  priceIds: readonly string[];
  /** By the wall clock, as the session's times are. */
  createdAt: Date;
}

/** @throws InvalidInputError PRICES_REQUIRED, TOO_MANY_PRICES, PRICE_REPEATED */
function checkOfferedPrices(priceIds: readonly string[]): void {
  const field = 'offeredPriceIds';
  if (priceIds.length === 0) {
    throw new InvalidInputError(field, 'PRICES_REQUIRED', 'Say which prices are on offer.');
  }
  if (priceIds.length > mostOfferedPrices) {
    throw new InvalidInputError(
      field,
      'TOO_MANY_PRICES',
      `At most ${mostOfferedPrices} prices are on offer at once.`,
    );
  }
  if (new Set(priceIds).size < priceIds.length) {
    throw new InvalidInputError(field, 'PRICE_REPEATED', 'Name each price once.');
  }
}

/**
 * Keeps what a portal session is to let its customer change to. What they would only be told at the
 * end is said here. Part of the caller's transaction; its actor may make portal sessions.
 *
 * @returns the offer's id.
 * @throws NotFoundError subscription, price
 * @throws InvalidInputError as {@link checkOfferedPrices}; PRICE_NOT_RECURRING, AMOUNT_TOO_LARGE
 * @throws ConflictError as {@link planOf}; CURRENCY_DIFFERS, PRICE_ARCHIVED, PRODUCT_ARCHIVED;
 *   NOTHING_CHANGES: nothing but the present plan is on offer
 */
export async function createPlanOffer(
  { database }: BillingTransaction,
  { merchantId, customerId, subscriptionId, priceIds, createdAt }: NewPlanOffer,
): Promise<string> {
  checkOfferedPrices(priceIds);
  const subscription = await database.subscription.findFirst({
    where: { merchantId, customerId, id: subscriptionId },
    include: { items: true },
  });
  if (!subscription) throw new NotFoundError('subscription');
  const current = planOf(subscription);
  for (const priceId of priceIds) {
    const { quantity } = current;
    const kept = [current.priceId];
    const [chosen] = await loadChosenPrices(database, merchantId, [{ priceId, quantity }], kept);
    refuseOtherCurrency(subscription, chosen!.price);
  }
  if (priceIds.every((priceId) => priceId === current.priceId)) {
    throw new ConflictError('NOTHING_CHANGES', 'Nothing but the present plan is on offer.');
  }
  const { id } = await database.planOffer.create({
    data: {
      merchantId,
      customerId,
      subscriptionId,
      createdAt,
      prices: { create: priceIds.map((priceId, position) => ({ priceId, position })) },
    },
  });
  return id;
}
