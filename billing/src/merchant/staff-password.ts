import { InvalidInputError } from '../errors.ts';

/** Characters of a password of staff. */
export const shortestPassword = 12;
export const longestPassword = 128;

/** @throws InvalidInputError PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG; neither says what was entered */
export function checkStaffPassword(password: string): void {
  if (password.length < shortestPassword) {
    throw new InvalidInputError(
      'password',
      'PASSWORD_TOO_SHORT',
      `A password has at least ${shortestPassword} characters.`,
      { min: shortestPassword },
    );
  }
  if (password.length > longestPassword) {
    throw new InvalidInputError(
      'password',
      'PASSWORD_TOO_LONG',
      `A password has at most ${longestPassword} characters.`,
      { max: longestPassword },
    );
  }
}
