import { describe, expect, it } from 'vitest';

import { checkSepaAccount, checkUsAccount, type AccountInput } from './account-details.ts';
import { accountNumberOf, testAccount, testAccountAliases } from './test-accounts.ts';

const sepa = {
  holderName: 'Lena Schmidt',
  iban: 'de89 3704 0044 0532 0130 00',
  mandateAccepted: true,
};
const us = {
  holderName: 'Jordan Smith',
  routingNumber: '110000000',
  accountNumber: '000123456789',
  accountType: 'checking',
  mandateAccepted: true,
};

const told = (verdict: ReturnType<typeof checkSepaAccount>) =>
  'problem' in verdict ? `${verdict.problem.field}:${verdict.problem.code}` : 'accepted';

describe('checkSepaAccount', () => {
  it('reads an IBAN as people type it', () => {
    expect(checkSepaAccount(sepa)).toEqual({
      account: {
        type: 'SEPA_DEBIT',
        alias: 'sepa',
        number: 'DE89370400440532013000',
        brand: 'sepa_debit',
        last4: '3000',
        bankName: 'Sandbox Bank Köln',
        country: 'DE',
        holderName: 'Lena Schmidt',
      },
    });
  });

  it.each<[string, AccountInput, string]>([
    ['no name', { holderName: ' ' }, 'holderName:holder_name_required'],
    ['no IBAN', { iban: '' }, 'iban:iban_required'],
    ['an IBAN that is not text', { iban: 89 }, 'iban:iban_required'],
    ['a wrong check digit', { iban: 'DE88370400440532013000' }, 'iban:incorrect_iban'],
    ['a short one', { iban: 'DE8937040044' }, 'iban:incorrect_iban'],
    ['a country outside SEPA', { iban: 'TR330006100519786457841326' }, 'iban:iban_outside_sepa'],
    ['one that could be real', { iban: 'FR1420041010050500013M02606' }, 'iban:not_a_test_account'],
    ['no mandate', { mandateAccepted: false }, 'mandateAccepted:mandate_required'],
    ['a mandate in words', { mandateAccepted: 'yes' }, 'mandateAccepted:mandate_required'],
  ])('%s', (_, change, expected) => {
    expect(told(checkSepaAccount({ ...sepa, ...change }))).toBe(expected);
  });
});

describe('checkUsAccount', () => {
  it('reads routing and account number', () => {
    expect(checkUsAccount({ ...us, routingNumber: '1100-0000 0' })).toMatchObject({
      account: { alias: 'us', last4: '6789', country: 'US', brand: 'us_bank_account' },
    });
  });

  it.each<[string, AccountInput, string]>([
    ['no name', { holderName: undefined }, 'holderName:holder_name_required'],
    ['no routing number', { routingNumber: '' }, 'routingNumber:routing_number_required'],
    [
      'a wrong check digit',
      { routingNumber: '110000001' },
      'routingNumber:incorrect_routing_number',
    ],
    ['eight digits', { routingNumber: '11000000' }, 'routingNumber:incorrect_routing_number'],
    ['zeros', { routingNumber: '000000000' }, 'routingNumber:incorrect_routing_number'],
    ['no account number', { accountNumber: '' }, 'accountNumber:account_number_required'],
    ['letters', { accountNumber: '12345x' }, 'accountNumber:incorrect_account_number'],
    ['no type', { accountType: 'current' }, 'accountType:account_type_required'],
    ['another bank', { routingNumber: '021000021' }, 'accountNumber:not_a_test_account'],
    ['no mandate', { mandateAccepted: null }, 'mandateAccepted:mandate_required'],
  ])('%s', (_, change, expected) => {
    expect(told(checkUsAccount({ ...us, ...change }))).toBe(expected);
  });
});

it('accepts every published test account, and none twice', () => {
  for (const alias of testAccountAliases) {
    const account = testAccount(alias);
    const verdict =
      account.type === 'SEPA_DEBIT'
        ? checkSepaAccount({ ...sepa, iban: account.iban })
        : checkUsAccount({ ...us, ...account });
    expect(verdict).toMatchObject({ account: { alias } });
  }
  const numbers = testAccountAliases.map((alias) => accountNumberOf(testAccount(alias)));
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('never repeats what was typed', () => {
  for (const iban of ['DE88370400440532013000', 'FR1420041010050500013M02606']) {
    expect(JSON.stringify(checkSepaAccount({ ...sepa, iban }))).not.toContain(iban);
  }
  const accountNumber = '998877665544';
  expect(JSON.stringify(checkUsAccount({ ...us, accountNumber }))).not.toContain(accountNumber);
});
