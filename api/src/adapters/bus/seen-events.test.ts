import { expect, it } from 'vitest';

import { SeenEvents } from './seen-events.ts';

it('knows an event again while it may be re-read', () => {
  const seen = new SeenEvents(100n, 100n, 30_000);
  expect(seen.add('a', 101n)).toBe(true);
  expect(seen.add('a', 101n)).toBe(false);
});

it('re-reads from where things stood one window ago', () => {
  const seen = new SeenEvents(100n, 100n, 30_000);
  seen.add('a', 105n);
  seen.advance(0);
  seen.add('b', 110n);
  seen.advance(10_000);
  expect(seen.floor).toBe(100n);
  seen.advance(30_000);
  expect(seen.floor).toBe(105n);
  expect(seen.add('late', 107n)).toBe(true);
  expect(seen.add('b', 110n)).toBe(false);
  seen.advance(40_000);
  expect(seen.floor).toBe(110n);
});
