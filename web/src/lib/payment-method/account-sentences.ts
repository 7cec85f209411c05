import { m } from '#lib/paraglide/messages.js';

const sentences: Record<string, () => string> = {
  holder_name_required: m.portal_account_holder_required,
  iban_required: m.portal_iban_required,
  incorrect_iban: m.portal_iban_incorrect,
  iban_outside_sepa: m.portal_iban_outside_sepa,
  routing_number_required: m.portal_routing_number_required,
  incorrect_routing_number: m.portal_routing_number_incorrect,
  account_number_required: m.portal_account_number_required,
  incorrect_account_number: m.portal_account_number_incorrect,
  setup_expired: m.portal_card_form_expired,
  rate_limited: m.common_too_many_text,
};

/** @param code of this form's own check, or of the gateway */
export function accountSentence(code: string, type: 'SEPA_DEBIT' | 'US_BANK_ACCOUNT'): string {
  if (code === 'not_a_test_account') {
    return type === 'SEPA_DEBIT' ? m.portal_not_a_test_iban() : m.portal_not_a_test_account();
  }
  return sentences[code]?.() ?? m.portal_account_unavailable();
}
