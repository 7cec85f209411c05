/** Bank accounts as people type them: shown in groups, checked before anything is sent. Pure. */
import { electronicFormatIBAN, friendlyFormatIBAN, isSEPACountry, isValidIBAN } from 'ibantools';
import { digitsOf } from './card-input.ts';

/** A SEPA account as typed. */
export type SepaEntry = { holderName: string; iban: string };

export type UsAccountType = 'checking' | 'savings';

/** A US account as typed. */
export type UsEntry = {
  holderName: string;
  routingNumber: string;
  accountNumber: string;
  accountType: UsAccountType;
};

export type AccountField = 'holderName' | 'iban' | 'routingNumber' | 'accountNumber';

/** By field, the code of its first problem; as the gateway spells them. */
export type AccountProblems = Partial<Record<AccountField, string>>;

/** Groups of four, capital letters: `DE89 3704 0044 0532 0130 00`. */
export function formatIban(text: string): string {
  const typed = text.replace(/[^a-z0-9]/gi, '').slice(0, 34);
  return friendlyFormatIBAN(typed) ?? '';
}

/** Without spaces, as it is sent. */
export function plainIban(text: string): string {
  return electronicFormatIBAN(text) ?? '';
}

export function checkSepaEntry({ holderName, iban }: SepaEntry): AccountProblems {
  const problems: AccountProblems = {};
  if (holderName.trim() === '') problems.holderName = 'holder_name_required';
  const plain = plainIban(iban);
  if (plain === '') problems.iban = 'iban_required';
  else if (!isValidIBAN(plain)) problems.iban = 'incorrect_iban';
  else if (!isSEPACountry(plain.slice(0, 2))) problems.iban = 'iban_outside_sepa';
  return problems;
}

export function checkUsEntry({
  holderName,
  routingNumber,
  accountNumber,
}: UsEntry): AccountProblems {
  const problems: AccountProblems = {};
  if (holderName.trim() === '') problems.holderName = 'holder_name_required';
  const routing = digitsOf(routingNumber);
  if (routing === '') problems.routingNumber = 'routing_number_required';
  else if (!isRoutingNumber(routing)) problems.routingNumber = 'incorrect_routing_number';
  const account = digitsOf(accountNumber);
  if (account === '') problems.accountNumber = 'account_number_required';
  else if (!/^\d{4,17}$/.test(account)) problems.accountNumber = 'incorrect_account_number';
  return problems;
}

/** Nine digits whose sum, weighted 3-7-1, ends in 0 (American Bankers Association). */
function isRoutingNumber(digits: string): boolean {
  if (digits.length !== 9) return false;
  const weights = [3, 7, 1];
  const sum = [...digits].reduce((so, digit, at) => so + Number(digit) * (weights[at % 3] ?? 0), 0);
  return sum > 0 && sum % 10 === 0;
}
