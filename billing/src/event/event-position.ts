/**
 * How far somebody has read the events. Sequence numbers are given out before the commit, so event 7
 * may appear after event 9: a position is the highest number read and the numbers below it that have
 * not been seen, and may still come.
 */
export interface EventPosition {
  highest: bigint;
  /** Below `highest`, ascending. */
  gaps: readonly bigint[];
}

/** Whether an event with this number was read, or will never come. */
export function covers({ highest, gaps }: EventPosition, sequence: bigint): boolean {
  return sequence <= highest && !gaps.includes(sequence);
}

/** What either covers. */
export function union(left: EventPosition, right: EventPosition): EventPosition {
  const [high, low] = left.highest >= right.highest ? [left, right] : [right, left];
  return {
    highest: high.highest,
    gaps: high.gaps.filter((sequence) => !covers(low, sequence)),
  };
}

/** What `position` covers, but nothing above `last`. */
export function upTo({ highest, gaps }: EventPosition, last: bigint): EventPosition {
  if (last >= highest) return { highest, gaps };
  return { highest: last, gaps: gaps.filter((sequence) => sequence <= last) };
}

/** `position` once these were read as well. Numbers above its highest are left for later. */
export function withRead(
  { highest, gaps }: EventPosition,
  sequences: Iterable<bigint>,
): EventPosition {
  const read = new Set(sequences);
  return { highest, gaps: gaps.filter((sequence) => !read.has(sequence)) };
}

/** What `position` covers up to its first `most` gaps: short enough to be handed out. */
export function withFewGaps({ highest, gaps }: EventPosition, most: number): EventPosition {
  const next = gaps[most];
  return next === undefined ? { highest, gaps } : { highest: next - 1n, gaps: gaps.slice(0, most) };
}

/** @returns digits and separators only: `1042-3-1` is 1042, without 1039 and 1038. */
export function positionText({ highest, gaps }: EventPosition): string {
  let above = highest;
  const steps = gaps.toReversed().map((sequence) => {
    const step = above - sequence;
    above = sequence;
    return step;
  });
  return [highest, ...steps].join('-');
}

/** @returns null for what is no position. */
export function positionOfText(text: string): EventPosition | null {
  if (!/^\d{1,19}(-\d{1,19})*$/.test(text)) return null;
  const [highest = 0n, ...steps] = text.split('-').map(BigInt);
  let sequence = highest;
  const gaps = steps.map((step) => (sequence -= step));
  return { highest, gaps: gaps.toReversed() };
}
