import { digitsOf, parseExpiry, type CardField } from './card-input.ts';

/** Card details as typed. */
export type CardEntry = { number: string; expiry: string; cvc: string };

export type Tokenized =
  | { status: 'token'; setupToken: string }
  /** The gateway found a fault in what was typed; `field` is absent where it names none. */
  | { status: 'problem'; field: CardField | undefined; code: string };

const fields: Record<string, CardField> = {
  number: 'number',
  expMonth: 'expiry',
  expYear: 'expiry',
  cvc: 'cvc',
};

/**
 * Exchanges a card for a token, at the payment processor itself. The only request
 * that ever carries a card number; it carries no cookie.
 *
 * @throws TypeError where the gateway cannot be reached
 */
export async function tokenizeCard(
  setup: { clientSecret: string; tokenEndpoint: string },
  { number, expiry, cvc }: CardEntry,
): Promise<Tokenized> {
  const date = parseExpiry(expiry);
  const response = await fetch(setup.tokenEndpoint, {
    method: 'POST',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      clientSecret: setup.clientSecret,
      number: digitsOf(number),
      expMonth: date?.month,
      expYear: date?.year,
      cvc: digitsOf(cvc),
    }),
  });
  const answer = (await response.json().catch(() => ({}))) as {
    setupToken?: string;
    error?: { field?: string | null; code?: string };
  };
  if (response.ok && answer.setupToken) return { status: 'token', setupToken: answer.setupToken };
  return {
    status: 'problem',
    field: fields[answer.error?.field ?? ''],
    code: answer.error?.code ?? 'unavailable',
  };
}
