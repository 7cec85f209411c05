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

it('says how far everything was seen, and what is missing below', () => {
  const seen = new SeenEvents(100n, 98n, 30_000);
  expect(seen.position).toEqual({ highest: 100n, gaps: [99n, 100n] });
  seen.add('a', 100n);
  seen.add('b', 99n);
  seen.advance(0);
  seen.add('c', 104n);
  expect(seen.position).toEqual({ highest: 104n, gaps: [101n, 102n, 103n] });
  seen.add('late', 102n);
  expect(seen.position).toEqual({ highest: 104n, gaps: [101n, 103n] });
  seen.advance(10_000);
  seen.advance(40_000);
  expect(seen.position).toEqual({ highest: 104n, gaps: [] });
});

it('waits for nothing that is never given out', () => {
  expect(new SeenEvents(0n, -200n, 30_000).position).toEqual({ highest: 0n, gaps: [] });
  expect(new SeenEvents(2n, -198n, 30_000).position).toEqual({ highest: 2n, gaps: [1n, 2n] });
});

it('hands out few gaps', () => {
  const seen = new SeenEvents(0n, 0n, 30_000);
  seen.add('far', 5000n);
  expect(seen.position.gaps).toHaveLength(200);
  expect(seen.position.highest).toBe(200n);
});

it('looks for what was passed over, and for all of it after a leap', () => {
  const seen = new SeenEvents(100n, 100n, 30_000);
  seen.add('a', 103n);
  expect(seen.unseen).toMatchObject({ gaps: [101n, 102n], above: 103n });
  seen.add('far', 50_000n);
  const { above, leaps } = seen.unseen;
  expect(above).toBe(103n);
  // Another one while that is being read.
  seen.add('farther', 90_000n);
  seen.advance(0, leaps);
  expect(seen.unseen.above).toBe(103n);
  seen.advance(0, seen.unseen.leaps);
  expect(seen.unseen.above).toBe(90_000n);
});
