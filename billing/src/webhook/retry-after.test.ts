import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const answeredAt = new Date('2027-03-01T09:00:00Z');
const read = (retryAfter: string | undefined, responseStatus = 503) =>
  readRetryAfter({ responseStatus, retryAfter }, answeredAt)?.toISOString() ?? null;

describe('readRetryAfter', () => {
  it.each([
    ['0', '2027-03-01T09:00:00.000Z'],
    ['120', '2027-03-01T09:02:00.000Z'],
    [' 120 ', '2027-03-01T09:02:00.000Z'],
    ['9999999999', '2344-01-20T02:46:39.000Z'],
    ['Mon, 01 Mar 2027 12:30:00 GMT', '2027-03-01T12:30:00.000Z'],
    // In the past: it no longer asks for anything.
    ['Sun, 28 Feb 2027 12:30:00 GMT', '2027-02-28T12:30:00.000Z'],
  ])('reads %j', (header, until) => {
    expect(read(header)).toBe(until);
  });

  it.each([
    undefined,
    '',
    'soon',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    '99999999999',
    '2027-03-01T12:30:00Z',
    'Mon, 01 Mar 2027 12:30:00',
    'Mon, 01 Mar 2027 12:30:00 CET',
    'Mon, 01 Mar 2027 99:30:00 GMT',
  ])('takes %j for nothing', (header) => {
    expect(read(header)).toBeNull();
  });

  it.each([
    [429, true],
    [503, true],
    [500, false],
    [301, false],
    [410, false],
  ])('of an answer %s: %s', (status, counts) => {
    expect(read('60', status) !== null).toBe(counts);
  });
});
