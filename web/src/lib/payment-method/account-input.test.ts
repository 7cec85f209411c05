import { describe, expect, test } from 'vitest';
import { checkSepaEntry, checkUsEntry, formatIban, plainIban } from './account-input.ts';

const sepa = { holderName: 'Lena Schmidt', iban: 'DE89 3704 0044 0532 0130 00' };
const us = {
  holderName: 'Jordan Smith',
  routingNumber: '110000000',
  accountNumber: '000123456789',
  accountType: 'checking',
} as const;

test('an IBAN is shown in groups while it is typed', () => {
  expect(formatIban('de8937040')).toBe('DE89 3704 0');
  expect(formatIban('DE89-3704.0')).toBe('DE89 3704 0');
  expect(formatIban('')).toBe('');
  expect(plainIban('DE89 3704 0')).toBe('DE8937040');
});

describe('what is checked before it is sent', () => {
  test('good accounts', () => {
    expect(checkSepaEntry(sepa)).toEqual({});
    expect(checkUsEntry(us)).toEqual({});
  });

  test.each([
    ['', 'iban_required'],
    ['DE89 3704', 'incorrect_iban'],
    ['DE88 3704 0044 0532 0130 00', 'incorrect_iban'],
    ['TR33 0006 1005 1978 6457 8413 26', 'iban_outside_sepa'],
  ])('IBAN %s', (iban, code) => {
    expect(checkSepaEntry({ ...sepa, iban })).toEqual({ iban: code });
  });

  test.each([
    ['routingNumber', '', 'routing_number_required'],
    ['routingNumber', '110000001', 'incorrect_routing_number'],
    ['routingNumber', '1100', 'incorrect_routing_number'],
    ['accountNumber', '', 'account_number_required'],
    ['accountNumber', '123', 'incorrect_account_number'],
    ['holderName', ' ', 'holder_name_required'],
  ])('%s %s', (field, value, code) => {
    expect(checkUsEntry({ ...us, [field]: value })).toEqual({ [field]: code });
  });
});
