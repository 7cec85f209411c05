import { expect, test } from 'vitest';
import { expiresSoon, isExpired } from './expiry.ts';

const january = { expiresAt: new Date('2027-02-01T00:00:00Z') };

test('a card is good until the month printed on it is over', () => {
  expect(isExpired(january, new Date('2027-01-31T23:59:59.999Z'))).toBe(false);
  expect(isExpired(january, new Date('2027-02-01T00:00:00Z'))).toBe(true);
});

test('it expires soon from 20 days before on, until it has', () => {
  expect(expiresSoon(january, new Date('2027-01-11T23:59:59.999Z'))).toBe(false);
  expect(expiresSoon(january, new Date('2027-01-12T00:00:00Z'))).toBe(true);
  expect(expiresSoon(january, new Date('2027-01-31T23:59:59.999Z'))).toBe(true);
  expect(expiresSoon(january, new Date('2027-02-01T00:00:00Z'))).toBe(false);
});

test('an account never does', () => {
  const account = { expiresAt: null };
  expect(isExpired(account, new Date('2099-01-01T00:00:00Z'))).toBe(false);
  expect(expiresSoon(account, new Date('2099-01-01T00:00:00Z'))).toBe(false);
});
