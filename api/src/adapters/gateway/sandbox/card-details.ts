/**
 * Checks what the browser sent as a new card. Pure; the number goes in and only brand, last four
 * digits and the test card's alias come out. No message ever repeats what was typed.
 */
import valid from 'card-validator';

import {
  findTestCard,
  isExpired,
  testCard,
  type CardBrand,
  type TestCardAlias,
} from './test-cards.ts';

/** Where the problem is, for the form to show it there. */
export interface CardProblem {
  field: 'number' | 'expMonth' | 'expYear' | 'cvc';
  /** Stable; people read the sentence their catalogue has for it. */
  code:
    | 'number_required'
    | 'incomplete_number'
    | 'incorrect_number'
    | 'not_a_test_card'
    | 'invalid_expiry_month'
    | 'invalid_expiry_year'
    | 'card_expired'
    | 'cvc_required'
    | 'incorrect_cvc_length';
  /** English, for developers. */
  message: string;
}

export interface AcceptedCard {
  /** Digits only. For the fingerprint, then to be forgotten. */
  number: string;
  alias: TestCardAlias;
  brand: CardBrand;
  last4: string;
  expMonth: number;
  expYear: number;
}

/** Untrusted input: anything may be missing or of another type. */
export interface CardInput {
  number?: unknown;
  expMonth?: unknown;
  expYear?: unknown;
  cvc?: unknown;
}

/** @returns the first problem in the order of the form's fields, or the card. */
export function checkCard(
  input: CardInput,
  now: Date,
): { card: AcceptedCard } | { problem: CardProblem } {
  const number = digitsOf(input.number);
  const numberProblem = checkNumber(number);
  if (numberProblem) return { problem: numberProblem };
  const alias = findTestCard(number);
  if (alias === null) {
    return {
      problem: {
        field: 'number',
        code: 'not_a_test_card',
        message: 'The sandbox takes test cards only. Use a published test card number.',
      },
    };
  }

  const expMonth = wholeNumber(input.expMonth);
  const expYear = fullYear(wholeNumber(input.expYear));
  const expiryProblem = checkExpiry(expMonth, expYear, now);
  if (expiryProblem) return { problem: expiryProblem };

  const { brand } = testCard(alias);
  const cvcProblem = checkCvc(input.cvc, brand);
  if (cvcProblem) return { problem: cvcProblem };

  return { card: { number, alias, brand, last4: number.slice(-4), expMonth, expYear } };
}

function checkNumber(number: string): CardProblem | null {
  if (number === '') {
    return { field: 'number', code: 'number_required', message: 'Enter the card number.' };
  }
  const verdict = valid.number(number);
  if (verdict.isValid) return null;
  // Some brands also have longer numbers: a wrong digit at a usual length is wrong, not missing.
  const shortest = Math.min(...(verdict.card?.lengths ?? [12]));
  return verdict.isPotentiallyValid && number.length < shortest
    ? { field: 'number', code: 'incomplete_number', message: 'The card number is incomplete.' }
    : { field: 'number', code: 'incorrect_number', message: 'The card number is not valid.' };
}

function checkExpiry(expMonth: number, expYear: number, now: Date): CardProblem | null {
  if (!(expMonth >= 1 && expMonth <= 12)) {
    return {
      field: 'expMonth',
      code: 'invalid_expiry_month',
      message: 'The expiry month must be 1 to 12.',
    };
  }
  const thisYear = now.getUTCFullYear();
  if (!(expYear >= 2000 && expYear <= thisYear + 50)) {
    return {
      field: 'expYear',
      code: 'invalid_expiry_year',
      message: 'The expiry year is not valid.',
    };
  }
  if (isExpired(expMonth, expYear, now)) {
    const field = expYear < thisYear ? 'expYear' : 'expMonth';
    return { field, code: 'card_expired', message: 'The expiry date is in the past.' };
  }
  return null;
}

function checkCvc(input: unknown, brand: CardBrand): CardProblem | null {
  const cvc = typeof input === 'string' || typeof input === 'number' ? String(input).trim() : '';
  if (cvc === '')
    return { field: 'cvc', code: 'cvc_required', message: 'Enter the security code.' };
  const size = brand === 'amex' ? 4 : 3;
  if (valid.cvv(cvc, size).isValid) return null;
  return {
    field: 'cvc',
    code: 'incorrect_cvc_length',
    message: `The security code of this card has ${size} digits.`,
  };
}

/** People type spaces and dashes; anything else stays and fails the check. */
function digitsOf(input: unknown): string {
  return typeof input === 'string' ? input.replace(/[\s-]/g, '') : '';
}

function wholeNumber(input: unknown): number {
  const text = typeof input === 'number' || typeof input === 'string' ? String(input).trim() : '';
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}

function fullYear(year: number): number {
  return year < 100 ? 2000 + year : year;
}
