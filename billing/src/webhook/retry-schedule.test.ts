import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLostCause,
  longestFailureMs,
  mostJitter,
  planRetry,
  retryDelaysMs,
  scheduleEnd,
} from './retry-schedule.ts';

const dayMs = 86_400_000;
const beganAt = new Date('2027-03-01T09:00:00Z');
const endpointId = '01234567-89ab-7cde-8f01-23456789abcd';
const after = (ms: number) => new Date(beganAt.getTime() + ms);

/** Every attempt after the first, where all fail at once. @param ask what the endpoint asks for then. */
function attemptsOf(
  endpoint: string,
  ask: (failedAt: Date, number: number) => Date | null,
): Date[] {
  const attempts: Date[] = [];
  let failedAt = beganAt;
  let step = 0;
  for (;;) {
    const notBefore = ask(failedAt, attempts.length);
    const next = planRetry({ endpointId: endpoint, step, failedAt, beganAt, notBefore });
    if (!next) return attempts;
    attempts.push(next.at);
    failedAt = next.at;
    step = next.step;
  }
}

describe('planRetry', () => {
  it('tries ten times, over more than three days and less than four', () => {
    const attempts = attemptsOf(endpointId, () => null);
    expect(attempts).toHaveLength(9);
    const stretch = attempts.at(-1)!.getTime() - beganAt.getTime();
    expect(stretch).toBeGreaterThan(3 * dayMs);
    expect(stretch).toBeLessThan(4 * dayMs);
  });

  it('waits longer each time', () => {
    expect(retryDelaysMs).toEqual(retryDelaysMs.toSorted((left, right) => left - right));
  });

  it('waits as long as the schedule says, or up to a tenth longer, by endpoint and step', () => {
    for (const [step, delay] of retryDelaysMs.entries()) {
      const waits = Array.from({ length: 200 }, () => {
        const attempt = { endpointId: randomUUID(), step, failedAt: beganAt, beganAt };
        const { at } = planRetry({ ...attempt, notBefore: null })!;
        expect(planRetry({ ...attempt, notBefore: null })!.at).toEqual(at);
        return at.getTime() - beganAt.getTime();
      });
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(delay);
      expect(Math.max(...waits)).toBeLessThanOrEqual(Math.ceil(delay * (1 + mostJitter)));
      // Spread over the tenth, not bunched in a part of it.
      for (const part of [0, 1, 2, 3]) {
        const from = delay * (1 + (mostJitter * part) / 4);
        const inPart = waits.filter(
          (wait) => wait >= from && wait < from + (delay * mostJitter) / 4,
        );
        expect(inPart.length).toBeGreaterThan(15);
      }
    }
  });

  it('keeps the order of what failed at one endpoint', () => {
    const plan = (failedAt: Date) =>
      planRetry({ endpointId, step: 1, failedAt, beganAt, notBefore: null })!.at.getTime();
    expect(plan(after(1)) - plan(after(0))).toBe(1);
  });

  it('waits as long as it is asked to, and not less than the schedule says', () => {
    const plan = (notBefore: Date) =>
      planRetry({ endpointId, step: 0, failedAt: beganAt, beganAt, notBefore })!;
    expect(plan(after(60_000))).toEqual({ at: after(60_000), step: 1 });
    expect(plan(after(1)).at.getTime()).toBeGreaterThanOrEqual(after(5000).getTime());
  });

  it('asked to wait beyond the end of the schedule, tries once more, at its end', () => {
    const end = scheduleEnd(beganAt);
    expect(attemptsOf(endpointId, () => new Date('2099-01-01T00:00:00Z'))).toEqual([end]);
  });

  it('whatever it is asked: not before that, never after the end, and it comes to an end', () => {
    const end = scheduleEnd(beganAt).getTime();
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.array(fc.option(fc.integer({ min: -1000, max: 5 * dayMs }), { nil: null }), {
          minLength: 10,
          maxLength: 10,
        }),
        (endpoint, asks) => {
          const asked: (number | null)[] = [];
          const attempts = attemptsOf(endpoint, (failedAt, number) => {
            const wait = asks[number] ?? null;
            const until = wait === null ? null : new Date(failedAt.getTime() + wait);
            asked.push(until && Math.min(until.getTime(), end));
            return until;
          });
          expect(attempts.length).toBeGreaterThan(0);
          expect(attempts.length).toBeLessThanOrEqual(9);
          for (const [index, at] of attempts.entries()) {
            expect(at.getTime()).toBeGreaterThanOrEqual(asked[index] ?? 0);
            // Each wait may be rounded to the millisecond.
            expect(at.getTime()).toBeLessThanOrEqual(end + 9);
          }
        },
      ),
    );
  });
});

describe('isLostCause', () => {
  it.each([
    [null, false],
    [0, false],
    [longestFailureMs - 1, false],
    [longestFailureMs, true],
  ])('failing for %s ms: %s', (ms, expected) => {
    const since = ms === null ? null : after(-ms);
    expect(isLostCause(since, beganAt)).toBe(expected);
  });
});
