import { plainIban, type AccountField, type SepaEntry, type UsEntry } from './account-input.ts';
import { digitsOf, parseExpiry, type CardField } from './card-input.ts';

/** Card details as typed. */
export type CardEntry = { number: string; expiry: string; cvc: string };

export type MethodEntry =
  | { type: 'CARD'; card: CardEntry }
  /** The form has shown the mandate that saving accepts. */
  | { type: 'SEPA_DEBIT'; account: SepaEntry }
  | { type: 'US_BANK_ACCOUNT'; account: UsEntry };

export type MethodField = CardField | AccountField;

export type Tokenized =
  | { status: 'token'; setupToken: string }
  /** The gateway found a fault in what was typed; `field` is absent where it names none. */
  | { status: 'problem'; field: MethodField | undefined; code: string };

const fields: Record<string, MethodField> = {
  number: 'number',
  expMonth: 'expiry',
  expYear: 'expiry',
  cvc: 'cvc',
  holderName: 'holderName',
  iban: 'iban',
  routingNumber: 'routingNumber',
  accountNumber: 'accountNumber',
};

/**
 * Exchanges a card or an account for a token, at the payment processor itself. The only request
 * that ever carries its number; it carries no cookie.
 *
 * @throws TypeError where the gateway cannot be reached
 */
export async function tokenizeMethod(
  setup: { clientSecret: string; tokenEndpoint: string },
  entry: MethodEntry,
): Promise<Tokenized> {
  const response = await fetch(setup.tokenEndpoint, {
    method: 'POST',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientSecret: setup.clientSecret, ...detailsOf(entry) }),
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

function detailsOf(entry: MethodEntry): object {
  switch (entry.type) {
    case 'CARD': {
      const { number, expiry, cvc } = entry.card;
      const date = parseExpiry(expiry);
      return {
        type: 'card',
        number: digitsOf(number),
        expMonth: date?.month,
        expYear: date?.year,
        cvc: digitsOf(cvc),
      };
    }
    case 'SEPA_DEBIT': {
      const { holderName, iban } = entry.account;
      return { type: 'sepa_debit', holderName, iban: plainIban(iban), mandateAccepted: true };
    }
    case 'US_BANK_ACCOUNT': {
      const { holderName, routingNumber, accountNumber, accountType } = entry.account;
      return {
        type: 'us_bank_account',
        holderName,
        routingNumber: digitsOf(routingNumber),
        accountNumber: digitsOf(accountNumber),
        accountType,
        mandateAccepted: true,
      };
    }
  }
}
