/**
 * The published test cards and what the sandbox does with each. The alias names a card where no
 * number should be written (seeds, tests); it is also what the sandbox remembers of a card.
 */

/** What happens with a card, from its entry to its charge. */
export type CardBehaviour =
  | { kind: 'succeeds' }
  /** The issuer refuses the card itself; should it be charged all the same, the same answer. */
  | { kind: 'declines_at_attach'; declineCode: string }
  /** Can be saved, then every charge is declined. */
  | { kind: 'declines_on_charge'; declineCode: string }
  /** Every charge succeeds; none can be refunded. */
  | { kind: 'fails_refund'; failureCode: string }
  /** Every charge succeeds; a moment later the cardholder disputes it. */
  | { kind: 'disputed'; reason: string }
  /** A charge waits for the customer's 3-D Secure challenge. */
  | { kind: 'requires_action'; declineCodeAfter: string | null };

interface TestCard {
  number: string;
  brand: CardBrand;
  behaviour: CardBehaviour;
}

/** Brands as the port spells them. */
export type CardBrand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay';

const succeeds: CardBehaviour = { kind: 'succeeds' };
const refuses = (declineCode: string): CardBehaviour => ({
  kind: 'declines_at_attach',
  declineCode,
});
const declines = (declineCode: string): CardBehaviour => ({
  kind: 'declines_on_charge',
  declineCode,
});
const challenges = (declineCodeAfter: string | null): CardBehaviour => ({
  kind: 'requires_action',
  declineCodeAfter,
});

const cards = {
  visa: { number: '4242424242424242', brand: 'visa', behaviour: succeeds },
  visa_debit: { number: '4000056655665556', brand: 'visa', behaviour: succeeds },
  mastercard: { number: '5555555555554444', brand: 'mastercard', behaviour: succeeds },
  amex: { number: '378282246310005', brand: 'amex', behaviour: succeeds },
  discover: { number: '6011111111111117', brand: 'discover', behaviour: succeeds },
  diners: { number: '3056930009020004', brand: 'diners', behaviour: succeeds },
  jcb: { number: '3566002020360505', brand: 'jcb', behaviour: succeeds },
  unionpay: { number: '6200000000000005', brand: 'unionpay', behaviour: succeeds },

  visa_declined: {
    number: '4000000000000002',
    brand: 'visa',
    behaviour: refuses('generic_decline'),
  },
  visa_insufficient_funds: {
    number: '4000000000009995',
    brand: 'visa',
    behaviour: refuses('insufficient_funds'),
  },
  visa_lost: { number: '4000000000009987', brand: 'visa', behaviour: refuses('lost_card') },
  visa_stolen: { number: '4000000000009979', brand: 'visa', behaviour: refuses('stolen_card') },
  visa_expired: { number: '4000000000000069', brand: 'visa', behaviour: refuses('expired_card') },
  visa_wrong_cvc: {
    number: '4000000000000127',
    brand: 'visa',
    behaviour: refuses('incorrect_cvc'),
  },
  visa_processing_error: {
    number: '4000000000000119',
    brand: 'visa',
    behaviour: refuses('processing_error'),
  },

  visa_declines_on_charge: {
    number: '4000000000000341',
    brand: 'visa',
    behaviour: declines('generic_decline'),
  },
  visa_highest_risk: {
    number: '4100000000000019',
    brand: 'visa',
    behaviour: declines('highest_risk_level'),
  },

  visa_refund_fails: {
    number: '4000000000005126',
    brand: 'visa',
    behaviour: { kind: 'fails_refund', failureCode: 'expired_or_canceled_card' },
  },

  visa_disputed: {
    number: '4000000000000259',
    brand: 'visa',
    behaviour: { kind: 'disputed', reason: 'fraudulent' },
  },

  visa_3ds: { number: '4000002500003155', brand: 'visa', behaviour: challenges(null) },
  visa_3ds_always: { number: '4000002760003184', brand: 'visa', behaviour: challenges(null) },
  visa_3ds_insufficient_funds: {
    number: '4000008260003178',
    brand: 'visa',
    behaviour: challenges('insufficient_funds'),
  },
} as const satisfies Record<string, TestCard>;

/** Name of a test card, for example `visa_declines_on_charge`. */
export type TestCardAlias = keyof typeof cards;

const byAlias: Readonly<Record<TestCardAlias, TestCard>> = cards;
const aliasByNumber = new Map<string, TestCardAlias>(
  Object.entries(cards).map(([alias, card]) => [card.number, alias as TestCardAlias]),
);

/** Every alias, for pickers and tests. */
export const testCardAliases = Object.keys(cards) as TestCardAlias[];

/** @param number digits only */
export function findTestCard(number: string): TestCardAlias | null {
  return aliasByNumber.get(number) ?? null;
}

/** @throws when the alias is not one of ours. */
export function testCard(alias: string): TestCard {
  if (!Object.hasOwn(byAlias, alias)) throw new Error(`Unknown test card: ${alias}`);
  return byAlias[alias as TestCardAlias];
}

/** A card may be used through the last day of its month (UTC). */
export function isExpired(expMonth: number, expYear: number, at: Date): boolean {
  return at.getTime() >= Date.UTC(expYear, expMonth, 1);
}
