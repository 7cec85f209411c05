/**
 * What people type as a card, made readable and checked. Pure. Nothing here keeps
 * or sends anything; the number goes to the gateway's token endpoint and nowhere else.
 */
import valid from 'card-validator';

/** Problems by the gateway's own codes, so that one catalogue serves both. */
export type CardProblemCode =
  | 'number_required'
  | 'incomplete_number'
  | 'incorrect_number'
  | 'expiry_required'
  | 'invalid_expiry'
  | 'card_expired'
  | 'cvc_required'
  | 'incorrect_cvc_length';

export type CardField = 'number' | 'expiry' | 'cvc';
export type CardProblems = Partial<Record<CardField, CardProblemCode>>;

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

/** @returns the brand's name as the API spells it, once the first digits tell; else '' */
export function cardBrand(number: string): string {
  const type = valid.number(digitsOf(number)).card?.type ?? '';
  const spelled: Record<string, string> = { 'american-express': 'amex', 'diners-club': 'diners' };
  return spelled[type] ?? type;
}

export function cvcLength(number: string): number {
  return valid.number(digitsOf(number)).card?.code.size ?? 3;
}

/** Groups digits as the brand prints them: `4242 4242 4242 4242`, `3782 822463 10005`. */
export function formatCardNumber(text: string): string {
  const { card } = valid.number(digitsOf(text));
  const longest = card ? Math.max(...card.lengths) : 19;
  const gaps = card?.gaps ?? [4, 8, 12, 16];
  return [...digitsOf(text).slice(0, longest)]
    .map((digit, index) => (gaps.includes(index) ? ` ${digit}` : digit))
    .join('');
}

/** Keeps `MM / YY` in shape while it is typed; understands autofilled `09/2028`. */
export function formatExpiry(text: string, previous = ''): string {
  // Deleting the separator deletes the digit before it, or it could not be passed.
  if (previous.endsWith(' / ') && text === previous.slice(0, -1)) return text.slice(0, 1);
  let digits = digitsOf(text);
  if (/^\d{1}\s*[/-]/.test(text) || /^[2-9]/.test(digits)) digits = `0${digits}`;
  if (digits.length === 6) digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, 4);
  return digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

/** @returns month 1-12 and the full year, or undefined while incomplete */
export function parseExpiry(text: string): { month: number; year: number } | undefined {
  const digits = digitsOf(text);
  if (digits.length !== 4) return undefined;
  return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2)) };
}

export function checkCard(
  card: { number: string; expiry: string; cvc: string },
  now: Date,
): CardProblems {
  const problems: CardProblems = {};
  const number = checkNumber(digitsOf(card.number));
  if (number) problems.number = number;
  const expiry = checkExpiry(card.expiry, now);
  if (expiry) problems.expiry = expiry;
  if (card.cvc === '') problems.cvc = 'cvc_required';
  else if (digitsOf(card.cvc).length !== cvcLength(card.number)) {
    problems.cvc = 'incorrect_cvc_length';
  }
  return problems;
}

function checkNumber(digits: string): CardProblemCode | undefined {
  if (digits === '') return 'number_required';
  const verdict = valid.number(digits);
  if (verdict.isValid) return undefined;
  const shortest = Math.min(...(verdict.card?.lengths ?? [12]));
  return verdict.isPotentiallyValid && digits.length < shortest
    ? 'incomplete_number'
    : 'incorrect_number';
}

function checkExpiry(text: string, now: Date): CardProblemCode | undefined {
  if (text === '') return 'expiry_required';
  const expiry = parseExpiry(text);
  if (!expiry || expiry.month < 1 || expiry.month > 12) return 'invalid_expiry';
  // A card is good until the last day of its month, wherever its holder is.
  const monthsLeft =
    (expiry.year - now.getUTCFullYear()) * 12 + expiry.month - (now.getUTCMonth() + 1);
  if (monthsLeft < 0) return 'card_expired';
  return monthsLeft > 50 * 12 ? 'invalid_expiry' : undefined;
}
