import type { Price } from '@4geeks/prisma';

/** What an event keeps of a price. */
export function priceFacts({ currency, unitAmountMinor }: Price) {
  return { currency, unitAmountMinor: unitAmountMinor.toString() };
}
