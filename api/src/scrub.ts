/**
 * The last net before a line is written to a log: takes out what must never stand there, whatever
 * field or message it came in. The first net is not to log it; the second, the field names in log.ts.
 */
import { isValidIBAN } from 'ibantools';

const redacted = '[redacted]';

/** Values of query parameters (or fragments) that let somebody in. */
const secretParameter =
  /([?&#](?:token|code|secret|key|signature|session|password|client_?secret)=)[^&#\s"'<>\\]+/gi;

/** Our own secrets announce themselves: sandbox client secrets, setup tokens, API keys. */
const ownSecret = /\b((?:setup|tok|sk|pk)(?:_[a-z]+)?_)[\w-]{16,}/g;

/** Webhook secrets as Standard Webhooks writes them. */
const webhookSecret = /\b(whsec_)[\w+/=-]{16,}/g;

const bearer = /\b(bearer\s+)[\w.~+/=-]{8,}/gi;

/** Digits in groups as people write card numbers; not a part of an id. */
const cardLike = /(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/g;

/** Bare or in groups of four, as people write IBANs; not a part of an id. */
const ibanLike = /(?<![\w-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![\w-])/gi;

/** @returns `text` without tokens, codes, card numbers and IBANs. Leaves JSON valid. */
export function scrub(text: string): string {
  return text
    .replace(secretParameter, `$1${redacted}`)
    .replace(ownSecret, `$1${redacted}`)
    .replace(webhookSecret, `$1${redacted}`)
    .replace(bearer, `$1${redacted}`)
    .replace(cardLike, (digits) => (passesLuhn(digits) ? redacted : digits))
    .replace(ibanLike, (iban) =>
      isValidIBAN(iban.replace(/[ -]/g, '').toUpperCase()) ? redacted : iban,
    );
}

function passesLuhn(text: string): boolean {
  let sum = 0;
  let double = false;
  for (const character of [...text].reverse()) {
    if (character < '0' || character > '9') continue;
    const digit = Number(character) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
    double = !double;
  }
  return sum % 10 === 0;
}
