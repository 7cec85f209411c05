/** E-mail addresses as sign-in matches them: exact, but for case and surrounding blanks. */
import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

const address = z.email().max(254);

/**
 * @returns the address trimmed, as entered, and in lower case for matching.
 * @throws InvalidInputError when it is not an address.
 */
export function parseEmailAddress(input: string): { email: string; emailNormalized: string } {
  const email = input.trim();
  if (!address.safeParse(email).success) {
    throw new InvalidInputError(
      'email',
      'EMAIL_INVALID',
      'Enter an address like name@example.com.',
    );
  }
  return { email, emailNormalized: email.toLowerCase() };
}
