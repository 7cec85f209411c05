import { expect, test } from 'vitest';
import { isoText } from './iso-text.ts';

test('dates read as JavaScript writes them, at the ends of days and of time too', () => {
  const dayMs = 86_400_000;
  const times = [0, -1, 1, 999, 1000, dayMs - 1, dayMs, 951_782_400_000, 8.64e15, -8.64e15];
  for (const base of [0, Date.UTC(2026, 10, 29), Date.UTC(-44, 2, 15), Date.UTC(12_026, 0, 1)]) {
    // A prime of milliseconds and days, so that every part of the text changes.
    for (let step = -5000; step <= 5000; step += 1) times.push(base + step * 7 * 86_399_891);
  }
  for (const time of times) expect(isoText(new Date(time))).toBe(new Date(time).toISOString());
});

test('a date that is none has no text', () => {
  expect(() => isoText(new Date(Number.NaN))).toThrow(RangeError);
});
