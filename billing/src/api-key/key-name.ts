import { InvalidInputError } from '../errors.ts';

const longestName = 80;

/** @throws InvalidInputError NAME_REQUIRED, NAME_TOO_LONG */
export function apiKeyName(input: string): string {
  const name = input.trim();
  if (name === '') throw new InvalidInputError('name', 'NAME_REQUIRED', 'Name the key.');
  if (name.length > longestName) {
    throw new InvalidInputError(
      'name',
      'NAME_TOO_LONG',
      `A name has at most ${longestName} characters.`,
      { max: longestName },
    );
  }
  return name;
}
