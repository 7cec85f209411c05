import { m } from '#lib/paraglide/messages.js';

const brandNames: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** @param brand as the API spells it, lower case; accounts have one each */
export function brandName(brand: string): string {
  if (brand === 'sepa_debit') return m.common_sepa_account();
  if (brand === 'us_bank_account') return m.common_bank_account();
  return brandNames[brand] ?? (brand ? brand.charAt(0).toUpperCase() + brand.slice(1) : '');
}

/** “Visa ending in 4242” */
export function describeMethod(method: { brand: string; last4: string }): string {
  return m.common_card_ending({
    brand: brandName(method.brand) || m.common_bank_account(),
    last4: method.last4,
  });
}

/** As it stands on the card: `09/28`. */
export function expiryText(expMonth: number, expYear: number): string {
  return `${String(expMonth).padStart(2, '0')}/${String(expYear % 100).padStart(2, '0')}`;
}
