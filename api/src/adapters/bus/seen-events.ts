/**
 * Which of the recent events were delivered already, and which to look for.
 *
 * Sequence numbers are given out before commit, so event 7 may appear after event 9. Numbers that were
 * passed over are therefore looked for until they are older than the window, which is longer than a
 * transaction may last.
 */
import { withFewGaps, type EventPosition } from '@4geeks/billing/event/event-position';

/** Numbers passed over at once that are waited for one by one; of more, all is read again. */
const mostAtOnce = 10_000n;
/** More gaps than this are not handed out: what lies above them waits for the next re-reading. */
const mostGapsTold = 200;

export class SeenEvents {
  #seen = new Map<string, bigint>();
  /** Above the floor, below the highest, and not seen: uncommitted, rolled back, or not heard of. */
  #gaps = new Set<bigint>();
  /** What the highest sequence was, and when; oldest first. */
  #marks: { at: number; sequence: bigint }[] = [];
  #highest: bigint;
  #floor: bigint;
  /** From where more numbers were passed over than are waited for one by one. */
  #leaptFrom: bigint | null = null;
  #leaps = 0;
  #windowMs: number;

  /**
   * @param highest the newest event there is
   * @param floor everything up to here counts as delivered
   */
  constructor(highest: bigint, floor: bigint, windowMs: number) {
    this.#highest = highest;
    this.#floor = floor;
    this.#windowMs = windowMs;
    const first = floor < 0n ? 1n : floor + 1n;
    for (let sequence = first; sequence <= highest; sequence += 1n) this.#gaps.add(sequence);
  }

  /** Everything up to here was seen, or is out of the window. */
  get floor(): bigint {
    return this.#floor;
  }

  /** What may have been committed without being seen: these numbers, and whatever is above `above`. */
  get unseen(): { gaps: bigint[]; above: bigint; leaps: number } {
    return { gaps: [...this.#gaps], above: this.#leaptFrom ?? this.#highest, leaps: this.#leaps };
  }

  /** How far everything was seen; a read that begins now finds all that it covers. */
  get position(): EventPosition {
    const gaps = [...this.#gaps].sort((left, right) => (left < right ? -1 : 1));
    return withFewGaps({ highest: this.#highest, gaps }, mostGapsTold);
  }

  /** @returns true the first time. */
  add(id: string, sequence: bigint): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.set(id, sequence);
    this.#gaps.delete(sequence);
    const passedOver = sequence - this.#highest - 1n;
    if (passedOver >= 0n) {
      const waitedFor = passedOver < mostAtOnce ? passedOver : mostAtOnce;
      if (passedOver > mostAtOnce) {
        this.#leaptFrom ??= this.#highest;
        this.#leaps += 1;
      }
      for (let gap = sequence - waitedFor; gap < sequence; gap += 1n) this.#gaps.add(gap);
      this.#highest = sequence;
    }
    return true;
  }

  /**
   * Forgets what is out of the window. Call now and then, when all that was `unseen` has been read.
   *
   * @param leaps as it was said with that
   */
  advance(now: number, leaps = this.#leaps): void {
    if (leaps === this.#leaps) this.#leaptFrom = null;
    this.#marks.push({ at: now, sequence: this.#highest });
    let floor = this.#floor;
    while (this.#marks[0] && this.#marks[0].at <= now - this.#windowMs) {
      floor = this.#marks.shift()!.sequence;
    }
    if (floor === this.#floor) return;
    this.#floor = floor;
    for (const [id, sequence] of this.#seen) if (sequence <= floor) this.#seen.delete(id);
    for (const sequence of this.#gaps) if (sequence <= floor) this.#gaps.delete(sequence);
  }
}
