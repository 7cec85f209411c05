import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isQuoteCurrent, momentOfQuote, vouchesFor, writeQuote } from './quote.ts';

const key = 'k'.repeat(32);
const at = new Date('2027-04-16T10:30:00.123Z');
const figures = ['NOW', 2500n, at, [{ description: 'Team', amountMinor: -2450n }]];
const quote = writeQuote(key, ['session', 'subscription', 'price'], at, figures);

describe('a quote', () => {
  it('is of the moment and the figures that it was written for', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2400-01-01'), noInvalidDate: true }),
        fc.array(fc.oneof(fc.bigInt(), fc.string(), fc.constant(null))),
        (moment, values) => {
          const written = writeQuote(key, ['s'], moment, values);
          expect(momentOfQuote(written)).toEqual(moment);
          expect(vouchesFor(written, key, ['s'], moment, values)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['another session', ['other', 'subscription', 'price'], at, figures],
    ['another price', ['session', 'subscription', 'other'], at, figures],
    ['another moment', ['session', 'subscription', 'price'], new Date(at.getTime() + 1), figures],
    ['a cent less', ['session', 'subscription', 'price'], at, ['NOW', 2499n, ...figures.slice(2)]],
  ])('is not of %s', (_what, subject, moment, values) => {
    expect(vouchesFor(quote, key, subject, moment, values)).toBe(false);
  });

  it('is not one that somebody made up', () => {
    for (const made of [
      '',
      'x',
      '1.',
      `1.${'0'.repeat(63)}`,
      `-1.${'0'.repeat(64)}`,
      `${quote}0`,
    ]) {
      expect(momentOfQuote(made)).toBeNull();
    }
    const forged = writeQuote('other'.repeat(8), ['session', 'subscription', 'price'], at, figures);
    expect(vouchesFor(forged, key, ['session', 'subscription', 'price'], at, figures)).toBe(false);
  });

  it('lasts fifteen minutes, and is never of the future', () => {
    const after = (ms: number) => new Date(at.getTime() + ms);
    expect(isQuoteCurrent(at, at)).toBe(true);
    expect(isQuoteCurrent(at, after(15 * 60_000))).toBe(true);
    expect(isQuoteCurrent(at, after(15 * 60_000 + 1))).toBe(false);
    expect(isQuoteCurrent(at, after(-1))).toBe(false);
  });
});
