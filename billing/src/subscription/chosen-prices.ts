/** The items somebody chose for a subscription, checked: the same rules for every way to choose. */
import type { DatabaseReader } from '@4geeks/prisma';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { billedPrice, type BilledPrice } from '../invoice/issue-period-invoice.ts';

export interface ChosenItem {
  priceId: string;
  /** Default 1. */
  quantity?: number;
}

/** @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID */
export function checkItems(items: readonly ChosenItem[]): void {
  if (items.length === 0) {
    throw new InvalidInputError('items', 'ITEMS_REQUIRED', 'A subscription needs an item.');
  }
  const odd = ({ quantity = 1 }: ChosenItem) =>
    !Number.isInteger(quantity) || quantity < 1 || quantity > 1_000_000;
  if (items.some(odd)) {
    throw new InvalidInputError('items', 'QUANTITY_INVALID', 'Quantities are whole and positive.');
  }
}

/**
 * The prices of `items`, in their order. Each is named once and recurring; an archived one only
 * where it is in `kept`.
 *
 * @throws NotFoundError price
 */
export async function loadChosenPrices(
  database: DatabaseReader,
  merchantId: string,
  items: readonly ChosenItem[],
  kept: readonly string[] = [],
): Promise<{ price: BilledPrice; quantity: number }[]> {
  const prices = await database.price.findMany({
    where: {
      merchantId,
      id: { in: items.map(({ priceId }) => priceId) },
      type: 'RECURRING',
      OR: [{ archivedAt: null }, { id: { in: [...kept] } }],
    },
    ...billedPrice,
  });
  const byId = new Map(prices.map((price) => [price.id, price]));
  if (byId.size !== items.length) throw new NotFoundError('price');
  return items.map(({ priceId, quantity = 1 }) => {
    const price = byId.get(priceId);
    if (!price) throw new NotFoundError('price');
    return { price, quantity };
  });
}
