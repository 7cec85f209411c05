/** The items somebody chose for a subscription, checked: the same rules for every way to choose. */
import type { BillingInterval, DatabaseReader, Price, Product } from '@4geeks/prisma';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { billedPrice, type BilledPrice } from '../invoice/issue-period-invoice.ts';
import { largestAmountMinor } from '../money/largest-amount.ts';

export interface ChosenItem {
  priceId: string;
  /** Default 1. */
  quantity?: number;
}

/** @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICE_REPEATED */
export function checkItems(items: readonly ChosenItem[]): void {
  if (items.length === 0) {
    throw new InvalidInputError('items', 'ITEMS_REQUIRED', 'A subscription needs an item.');
  }
  const odd = ({ quantity = 1 }: ChosenItem) =>
    !Number.isInteger(quantity) || quantity < 1 || quantity > 1_000_000;
  if (items.some(odd)) {
    throw new InvalidInputError('items', 'QUANTITY_INVALID', 'Quantities are whole and positive.');
  }
  if (new Set(items.map(({ priceId }) => priceId)).size < items.length) {
    throw new InvalidInputError('items', 'PRICE_REPEATED', 'Name each price once.');
  }
}

/**
 * The prices of `items`, in their order. All are recurring; an archived one, or one of an archived
 * product, only where it is in `kept`.
 *
 * @throws NotFoundError price
 * @throws InvalidInputError PRICE_NOT_RECURRING, AMOUNT_TOO_LARGE
 * @throws ConflictError PRICE_ARCHIVED, PRODUCT_ARCHIVED
 */
export async function loadChosenPrices(
  database: DatabaseReader,
  merchantId: string,
  items: readonly ChosenItem[],
  kept: readonly string[] = [],
): Promise<{ price: BilledPrice; quantity: number }[]> {
  const prices = await database.price.findMany({
    where: { merchantId, id: { in: items.map(({ priceId }) => priceId) } },
    ...billedPrice,
  });
  const byId = new Map(prices.map((price) => [price.id, price]));
  const chosen = items.map(({ priceId, quantity = 1 }) => {
    const price = byId.get(priceId);
    if (!price) throw new NotFoundError('price');
    return { price, quantity };
  });
  for (const { price } of chosen) {
    if (price.type !== 'RECURRING') {
      throw new InvalidInputError('items', 'PRICE_NOT_RECURRING', 'Name recurring prices only.');
    }
    if (!kept.includes(price.id)) refuseArchived(price);
  }
  const sum = chosen.reduce(
    (minor, { price, quantity }) => minor + price.unitAmountMinor * BigInt(quantity),
    0n,
  );
  if (sum > largestAmountMinor) {
    throw new InvalidInputError('items', 'AMOUNT_TOO_LARGE', 'The items cost too much.');
  }
  return chosen;
}

/** @throws ConflictError PRICE_ARCHIVED, PRODUCT_ARCHIVED */
export function refuseArchived(price: Price & { product: Product }): void {
  if (price.archivedAt) {
    throw new ConflictError('PRICE_ARCHIVED', 'The price is archived: it is no longer sold.');
  }
  if (price.product.archivedAt) {
    throw new ConflictError('PRODUCT_ARCHIVED', 'The product is archived: it is no longer sold.');
  }
}

/**
 * What all prices of a subscription share.
 *
 * @throws InvalidInputError PRICES_DIFFER
 */
export function sharedTerms(
  prices: readonly Pick<Price, 'currency' | 'interval' | 'intervalCount'>[],
): {
  currency: string;
  interval: BillingInterval;
  intervalCount: number;
} {
  const [first] = prices;
  const { currency, interval, intervalCount } = first ?? {};
  if (
    !currency ||
    !interval ||
    !intervalCount ||
    prices.some(
      (price) =>
        price.currency !== currency ||
        price.interval !== interval ||
        price.intervalCount !== intervalCount,
    )
  ) {
    throw new InvalidInputError('items', 'PRICES_DIFFER', 'All items share currency and interval.');
  }
  return { currency, interval, intervalCount };
}
