/** What is kept of a customer, checked: the same rules for creating and for changing one. */
import type { Customer, Locale, TaxExemption } from '@4geeks/prisma';
import { InvalidInputError } from '../errors.ts';
import { parseEmailAddress } from './email-address.ts';

export interface CustomerProfileInput {
  name?: string | null;
  /** Where mails go and what the customer signs in with. */
  email?: string | null;
  locale?: Locale | null;
  /** Postal address, lines separated by newlines. */
  address?: string | null;
  /** ISO 3166-1 alpha-2, upper case. Blank: none. */
  country?: string | null;
  /** As it is to stand on documents. Blank: none. */
  taxId?: string | null;
  /** Why no tax is charged, from the next invoice on. */
  taxExemption?: TaxExemption | null;
}

type CustomerProfile = Pick<
  Customer,
  'name' | 'email' | 'emailNormalized' | 'locale' | 'address' | 'country' | 'taxId' | 'taxExemption'
>;

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** Regions that have a code and are no country. */
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/**
 * @returns what is given, as it is kept; what is absent or null is left out.
 * @throws InvalidInputError NAME_REQUIRED, EMAIL_INVALID, COUNTRY_INVALID, TOO_LONG
 */
export function checkCustomerProfile(input: CustomerProfileInput): Partial<CustomerProfile> {
  const profile: Partial<CustomerProfile> = {};
  if (input.name != null) {
    profile.name = checkLength(input.name.trim(), 200, 'name');
    if (profile.name === '') {
      throw new InvalidInputError('name', 'NAME_REQUIRED', 'Enter a name.');
    }
  }
  if (input.email != null) Object.assign(profile, parseEmailAddress(input.email));
  if (input.locale != null) profile.locale = input.locale;
  if (input.address != null) profile.address = checkLength(input.address.trim(), 1000, 'address');
  if (input.country != null) profile.country = checkCountry(input.country);
  if (input.taxId != null) profile.taxId = checkLength(input.taxId.trim(), 50, 'taxId') || null;
  if (input.taxExemption != null) profile.taxExemption = input.taxExemption;
  return profile;
}

function checkCountry(country: string): string | null {
  if (country === '') return null;
  if (!/^[A-Z]{2}$/.test(country) || noCountries.has(country) || !regions.of(country)) {
    throw new InvalidInputError('country', 'COUNTRY_INVALID', 'Use an ISO 3166-1 code such as ES.');
  }
  return country;
}

function checkLength(text: string, longest: number, field: string): string {
  if (text.length > longest) {
    throw new InvalidInputError(field, 'TOO_LONG', `At most ${longest} characters.`, { longest });
  }
  return text;
}
