import { describe, expect, it } from 'vitest';
import {
  cardBrand,
  checkCard,
  cvcLength,
  formatCardNumber,
  formatExpiry,
  parseExpiry,
} from './card-input.ts';

const now = new Date('2026-11-22T12:00:00Z');
const good = { number: '4242 4242 4242 4242', expiry: '12 / 30', cvc: '123' };

describe('a card number', () => {
  it('is grouped as its brand prints it', () => {
    expect(formatCardNumber('4242424242424242')).toBe('4242 4242 4242 4242');
    expect(formatCardNumber('378282246310005')).toBe('3782 822463 10005');
    expect(formatCardNumber('42424')).toBe('4242 4');
    expect(formatCardNumber('5555-5555 5555 4444 99')).toBe('5555 5555 5555 4444');
  });

  it('tells its brand and the length of its code', () => {
    expect([cardBrand('42'), cardBrand('5555'), cardBrand('37'), cardBrand('')]).toEqual([
      'visa',
      'mastercard',
      'amex',
      '',
    ]);
    expect([cvcLength('378282246310005'), cvcLength('4242')]).toEqual([4, 3]);
  });
});

describe('an expiry date', () => {
  it('takes shape while it is typed', () => {
    expect(
      ['1', '12', '123', '1230', '9', '9/', '09/28', '09/2028'].map((t) => formatExpiry(t)),
    ).toEqual(['1', '12 / ', '12 / 3', '12 / 30', '09 / ', '09 / ', '09 / 28', '09 / 28']);
  });

  it('can be deleted past the separator', () => {
    expect(formatExpiry('12 /', '12 / ')).toBe('1');
  });

  it('is read once complete', () => {
    expect(parseExpiry('09 / 28')).toEqual({ month: 9, year: 2028 });
    expect(parseExpiry('09 / ')).toBeUndefined();
  });
});

describe('checking', () => {
  it('finds nothing wrong with a good card, this month included', () => {
    expect(checkCard(good, now)).toEqual({});
    expect(checkCard({ ...good, expiry: '11 / 26' }, now)).toEqual({});
  });

  it('says what is missing', () => {
    expect(checkCard({ number: '', expiry: '', cvc: '' }, now)).toEqual({
      number: 'number_required',
      expiry: 'expiry_required',
      cvc: 'cvc_required',
    });
  });

  it('says what is wrong', () => {
    expect(checkCard({ number: '4242 4242 4242 4241', expiry: '13 / 30', cvc: '12' }, now)).toEqual(
      { number: 'incorrect_number', expiry: 'invalid_expiry', cvc: 'incorrect_cvc_length' },
    );
    expect(checkCard({ ...good, number: '4242 42', expiry: '10 / 26' }, now)).toEqual({
      number: 'incomplete_number',
      expiry: 'card_expired',
    });
  });
});
