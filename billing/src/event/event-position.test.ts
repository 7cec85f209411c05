import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covers,
  positionOfText,
  positionText,
  union,
  upTo,
  withFewGaps,
  withRead,
  type EventPosition,
} from './event-position.ts';

const most = 40;
const numbers = Array.from({ length: most + 1 }, (_, number) => BigInt(number));
const position = fc
  .record({
    highest: fc.integer({ min: 0, max: most }),
    missing: fc.uniqueArray(fc.integer({ min: 0, max: most - 1 })),
  })
  .map(({ highest, missing }): EventPosition => ({
    highest: BigInt(highest),
    gaps: missing
      .filter((number) => number < highest)
      .sort((left, right) => left - right)
      .map(BigInt),
  }));

const coveredBy = (of: EventPosition) => numbers.filter((number) => covers(of, number));

describe('a position', () => {
  it('joined with another covers what either does, and nothing else', () => {
    fc.assert(
      fc.property(position, position, (left, right) => {
        const joined = union(left, right);
        expect(coveredBy(joined)).toEqual(
          numbers.filter((number) => covers(left, number) || covers(right, number)),
        );
        expect(joined.gaps).toEqual([...joined.gaps].sort((a, b) => Number(a - b)));
      }),
    );
  });

  it('cut off covers nothing above', () => {
    fc.assert(
      fc.property(position, fc.bigInt({ min: 0n, max: BigInt(most) }), (of, last) => {
        expect(coveredBy(upTo(of, last))).toEqual(coveredBy(of).filter((number) => number <= last));
      }),
    );
  });

  it('with few gaps covers a beginning of it', () => {
    fc.assert(
      fc.property(position, fc.integer({ min: 0, max: 5 }), (of, gaps) => {
        const short = withFewGaps(of, gaps);
        expect(short.gaps.length).toBeLessThanOrEqual(gaps);
        expect(coveredBy(short)).toEqual(coveredBy(of).filter((number) => number <= short.highest));
      }),
    );
  });

  it('covers what was read since', () => {
    expect(withRead({ highest: 9n, gaps: [5n, 7n] }, [7n, 8n])).toEqual({
      highest: 9n,
      gaps: [5n],
    });
  });

  it('survives being text', () => {
    fc.assert(
      fc.property(position, (of) => {
        expect(positionOfText(positionText(of))).toEqual(of);
      }),
    );
    expect(positionText({ highest: 1042n, gaps: [1038n, 1039n] })).toBe('1042-3-1');
    for (const text of ['', '-1', '1-', 'x', '1 ', '1e3', '9'.repeat(20)]) {
      expect(positionOfText(text), text).toBeNull();
    }
  });
});
