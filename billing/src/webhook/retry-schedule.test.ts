import { describe, expect, it } from 'vitest';
import { isLostCause, longestFailureMs, nextAttemptAt, retryDelaysMs } from './retry-schedule.ts';

const dayMs = 86_400_000;
const began = new Date('2027-03-01T09:00:00Z');

describe('nextAttemptAt', () => {
  it('tries ten times, over more than three days and less than four', () => {
    const attempts = [began];
    for (let step = 0; ; step += 1) {
      const next = nextAttemptAt(step, attempts.at(-1)!);
      if (!next) break;
      attempts.push(next);
    }
    expect(attempts).toHaveLength(10);
    const stretch = attempts.at(-1)!.getTime() - began.getTime();
    expect(stretch).toBeGreaterThan(3 * dayMs);
    expect(stretch).toBeLessThan(4 * dayMs);
  });

  it('waits longer each time', () => {
    expect(retryDelaysMs).toEqual(retryDelaysMs.toSorted((left, right) => left - right));
    expect(nextAttemptAt(0, began)).toEqual(new Date('2027-03-01T09:00:05Z'));
  });
});

describe('isLostCause', () => {
  it.each([
    [null, false],
    [0, false],
    [longestFailureMs - 1, false],
    [longestFailureMs, true],
  ])('failing for %s ms: %s', (ms, expected) => {
    const since = ms === null ? null : new Date(began.getTime() - ms);
    expect(isLostCause(since, began)).toBe(expected);
  });
});
