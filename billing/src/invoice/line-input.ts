/** What a line of a draft may say: the same rules for adding one and for changing one. */
import { InvalidInputError } from '../errors.ts';

/** What every client can hold exactly. */
const mostMinor = BigInt(Number.MAX_SAFE_INTEGER);
const mostQuantity = 1_000_000;

/** @returns it without blanks around it. @throws InvalidInputError description */
export function checkLineDescription(description: string): string {
  const text = description.trim();
  if (text === '' || text.length > 500) {
    throw new InvalidInputError('description', 'length', 'A description has 1 to 500 characters.');
  }
  return text;
}

/** @throws InvalidInputError quantity */
export function checkLineQuantity(quantity: number): void {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > mostQuantity) {
    throw new InvalidInputError('quantity', 'out_of_range', `1 to ${mostQuantity} of a thing.`);
  }
}

/** @throws InvalidInputError unitAmountMinor */
export function checkLineUnitAmount(unitAmountMinor: bigint): void {
  if (unitAmountMinor < 0n) {
    throw new InvalidInputError('unitAmountMinor', 'negative', 'A price is not negative.');
  }
}

/** @throws InvalidInputError unitAmountMinor */
export function checkInvoiceTotal(totalMinor: bigint): void {
  if (totalMinor > mostMinor) {
    throw new InvalidInputError('unitAmountMinor', 'too_large', 'The total is too large.');
  }
}
