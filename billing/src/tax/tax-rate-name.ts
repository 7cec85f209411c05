import { InvalidInputError } from '../errors.ts';

/** @returns it without blanks around it. @throws InvalidInputError NAME_INVALID */
export function checkTaxRateName(input: string): string {
  const name = input.trim();
  if (name === '' || name.length > 50) {
    throw new InvalidInputError('name', 'NAME_INVALID', 'A name has 1 to 50 characters.');
  }
  return name;
}
