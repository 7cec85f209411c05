/**
 * Checks what the browser sent as a new bank account. Pure; the number goes in and only bank, country,
 * last four digits and the test account's alias come out. No message ever repeats what was typed.
 */
import { electronicFormatIBAN, isSEPACountry, isValidIBAN } from 'ibantools';

import {
  findTestIban,
  findTestUsAccount,
  testAccount,
  type TestAccountAlias,
} from './test-accounts.ts';

/** Where the problem is, for the form to show it there. */
export interface AccountProblem {
  field:
    'holderName' | 'iban' | 'routingNumber' | 'accountNumber' | 'accountType' | 'mandateAccepted';
  /** Stable; people read the sentence their catalogue has for it. */
  code:
    | 'holder_name_required'
    | 'iban_required'
    | 'incorrect_iban'
    | 'iban_outside_sepa'
    | 'routing_number_required'
    | 'incorrect_routing_number'
    | 'account_number_required'
    | 'incorrect_account_number'
    | 'account_type_required'
    | 'not_a_test_account'
    | 'mandate_required';
  /** English, for developers. */
  message: string;
}

export interface AcceptedAccount {
  type: 'SEPA_DEBIT' | 'US_BANK_ACCOUNT';
  /** The whole number. For the fingerprint, then to be forgotten. */
  number: string;
  alias: TestAccountAlias;
  brand: 'sepa_debit' | 'us_bank_account';
  last4: string;
  bankName: string;
  country: string;
  holderName: string;
}

/** Untrusted input: anything may be missing or of another type. */
export interface AccountInput {
  holderName?: unknown;
  iban?: unknown;
  routingNumber?: unknown;
  accountNumber?: unknown;
  accountType?: unknown;
  /** `true`: the holder has accepted the mandate text beside the form. */
  mandateAccepted?: unknown;
}

type Verdict = { account: AcceptedAccount } | { problem: AccountProblem };

/** @returns the first problem in the order of the form's fields, or the account. */
export function checkSepaAccount(input: AccountInput): Verdict {
  const holderName = nameOf(input.holderName);
  if (holderName === '') return holderRequired;
  const iban = electronicFormatIBAN(typeof input.iban === 'string' ? input.iban : '') ?? '';
  if (iban === '') return problem('iban', 'iban_required', 'Enter the IBAN.');
  if (!isValidIBAN(iban)) return problem('iban', 'incorrect_iban', 'The IBAN is not valid.');
  const country = iban.slice(0, 2);
  if (!isSEPACountry(country)) {
    return problem('iban', 'iban_outside_sepa', 'The account is held outside of SEPA.');
  }
  const alias = findTestIban(iban);
  if (alias === null) return notATestAccount('iban');
  if (input.mandateAccepted !== true) return mandateRequired;
  return accepted(alias, { number: iban, country, holderName });
}

/** @returns the first problem in the order of the form's fields, or the account. */
export function checkUsAccount(input: AccountInput): Verdict {
  const holderName = nameOf(input.holderName);
  if (holderName === '') return holderRequired;
  const routingNumber = digitsOf(input.routingNumber);
  if (routingNumber === '') {
    return problem('routingNumber', 'routing_number_required', 'Enter the routing number.');
  }
  if (!isRoutingNumber(routingNumber)) {
    return problem(
      'routingNumber',
      'incorrect_routing_number',
      'The routing number is not valid: it has nine digits, the last of which checks the others.',
    );
  }
  const accountNumber = digitsOf(input.accountNumber);
  if (accountNumber === '') {
    return problem('accountNumber', 'account_number_required', 'Enter the account number.');
  }
  if (!/^\d{4,17}$/.test(accountNumber)) {
    return problem(
      'accountNumber',
      'incorrect_account_number',
      'The account number is not valid: it has 4 to 17 digits.',
    );
  }
  if (input.accountType !== 'checking' && input.accountType !== 'savings') {
    return problem('accountType', 'account_type_required', 'Choose checking or savings.');
  }
  const alias = findTestUsAccount(routingNumber, accountNumber);
  if (alias === null) return notATestAccount('accountNumber');
  if (input.mandateAccepted !== true) return mandateRequired;
  return accepted(alias, {
    number: `${routingNumber}:${accountNumber}`,
    country: 'US',
    holderName,
  });
}

/** Nine digits whose sum, weighted 3-7-1, ends in 0 (American Bankers Association). */
function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false;
  const weights = [3, 7, 1];
  const sum = [...text].reduce((so, digit, at) => so + Number(digit) * (weights[at % 3] ?? 0), 0);
  return sum > 0 && sum % 10 === 0;
}

function accepted(
  alias: TestAccountAlias,
  facts: Pick<AcceptedAccount, 'number' | 'country' | 'holderName'>,
): Verdict {
  const { type, bankName } = testAccount(alias);
  const brand = type === 'SEPA_DEBIT' ? 'sepa_debit' : 'us_bank_account';
  return { account: { ...facts, type, alias, brand, bankName, last4: facts.number.slice(-4) } };
}

function problem(
  field: AccountProblem['field'],
  code: AccountProblem['code'],
  message: string,
): { problem: AccountProblem } {
  return { problem: { field, code, message } };
}

const holderRequired = problem(
  'holderName',
  'holder_name_required',
  "Enter the name of the account's holder.",
);
const mandateRequired = problem(
  'mandateAccepted',
  'mandate_required',
  'The holder has to accept the mandate.',
);
const notATestAccount = (field: AccountProblem['field']) =>
  problem(
    field,
    'not_a_test_account',
    'The sandbox takes test accounts only. Use a published test account.',
  );

function nameOf(input: unknown): string {
  return typeof input === 'string' ? input.trim().slice(0, 140) : '';
}

/** People type spaces and dashes; anything else stays and fails the check. */
function digitsOf(input: unknown): string {
  return typeof input === 'string' ? input.replace(/[\s-]/g, '') : '';
}
