import { m } from '#lib/paraglide/messages.js';
import type { CardField } from './card-input.ts';

const sentences: Record<string, (digits: number) => string> = {
  number_required: () => m.portal_card_number_required(),
  incomplete_number: () => m.portal_card_number_incomplete(),
  incorrect_number: () => m.portal_card_number_incorrect(),
  not_a_test_card: () => m.portal_card_not_a_test_card(),
  expiry_required: () => m.portal_card_expiry_required(),
  invalid_expiry: () => m.portal_card_expiry_invalid(),
  invalid_expiry_month: () => m.portal_card_expiry_invalid(),
  invalid_expiry_year: () => m.portal_card_expiry_invalid(),
  card_expired: () => m.portal_card_expired(),
  expired_card: () => m.portal_card_expired(),
  cvc_required: () => m.portal_card_cvc_required(),
  incorrect_cvc_length: (digits) => m.portal_card_cvc_length({ digits }),
  incorrect_cvc: () => m.portal_card_cvc_incorrect(),
  setup_expired: () => m.portal_card_form_expired(),
  rate_limited: () => m.common_too_many_text(),
};

/**
 * @param code of this form's own check, of the gateway, or of a decline
 * @param digits length of the card's security code
 */
export function cardSentence(code: string, digits: number): string {
  return sentences[code]?.(digits) ?? m.portal_card_unavailable();
}

/** The field a decline is about, where it is about one. */
export const fieldOfDecline: Record<string, CardField> = {
  incorrect_number: 'number',
  expired_card: 'expiry',
  incorrect_cvc: 'cvc',
};
