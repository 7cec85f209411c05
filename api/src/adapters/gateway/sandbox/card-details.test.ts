import { describe, expect, it } from 'vitest';

import { checkCard, type CardInput } from './card-details.ts';
import { testCard, testCardAliases } from './test-cards.ts';

const now = new Date('2026-11-22T12:00:00Z');
const good = { number: '4242 4242 4242 4242', expMonth: '12', expYear: '2030', cvc: '123' };

function problemOf(change: CardInput) {
  const verdict = checkCard({ ...good, ...change }, now);
  return 'problem' in verdict ? `${verdict.problem.field}:${verdict.problem.code}` : 'accepted';
}

describe('checkCard', () => {
  it('reads a card as people type it', () => {
    expect(checkCard({ ...good, expMonth: 3, expYear: '31' }, now)).toEqual({
      card: {
        number: '4242424242424242',
        alias: 'visa',
        brand: 'visa',
        last4: '4242',
        expMonth: 3,
        expYear: 2031,
      },
    });
  });

  it('accepts every published test card', () => {
    for (const alias of testCardAliases) {
      const { number, brand } = testCard(alias);
      const verdict = checkCard({ ...good, number, cvc: brand === 'amex' ? '1234' : '123' }, now);
      expect(verdict).toMatchObject({ card: { alias, brand } });
    }
  });

  it.each<[string, CardInput, string]>([
    ['an empty number', { number: '' }, 'number:number_required'],
    ['no number', { number: undefined }, 'number:number_required'],
    ['a number that is not text', { number: 4242424242424242 }, 'number:number_required'],
    ['a number that is too short', { number: '42424242' }, 'number:incomplete_number'],
    ['a wrong check digit', { number: '4242424242424241' }, 'number:incorrect_number'],
    ['letters', { number: '4242x' }, 'number:incorrect_number'],
    ['a number that could be real', { number: '4111111111111111' }, 'number:not_a_test_card'],
    ['month 13', { expMonth: '13' }, 'expMonth:invalid_expiry_month'],
    ['no month', { expMonth: null }, 'expMonth:invalid_expiry_month'],
    ['a far year', { expYear: '2999' }, 'expYear:invalid_expiry_year'],
    ['last month', { expMonth: '10', expYear: '2026' }, 'expMonth:card_expired'],
    ['last year', { expMonth: '12', expYear: '2025' }, 'expYear:card_expired'],
    ['this month', { expMonth: '11', expYear: '2026' }, 'accepted'],
    ['no code', { cvc: '' }, 'cvc:cvc_required'],
    ['a long code', { cvc: '1234' }, 'cvc:incorrect_cvc_length'],
    ['a short code for Amex', { number: '378282246310005' }, 'cvc:incorrect_cvc_length'],
  ])('%s', (_, change, expected) => {
    expect(problemOf(change)).toBe(expected);
  });

  it('never repeats what was typed', () => {
    for (const number of ['4242424242424241', '4111111111111111', '424242']) {
      expect(JSON.stringify(checkCard({ ...good, number }, now))).not.toContain(number);
    }
  });
});
