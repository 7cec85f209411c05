/**
 * Which of the recent events were delivered already, and from where on to re-read them.
 *
 * Sequence numbers are given out before commit, so event 7 may appear after event 9. Everything
 * younger than the window (longer than a transaction may last) is therefore read again, and what was
 * seen before is recognised here.
 */
export class SeenEvents {
  #seen = new Map<string, bigint>();
  /** What the highest sequence was, and when; oldest first. */
  #marks: { at: number; sequence: bigint }[] = [];
  #highest: bigint;
  #floor: bigint;
  #windowMs: number;

  /**
   * @param highest the newest event there is
   * @param floor everything up to here counts as delivered
   */
  constructor(highest: bigint, floor: bigint, windowMs: number) {
    this.#highest = highest;
    this.#floor = floor;
    this.#windowMs = windowMs;
  }

  /** Re-read what is above this. */
  get floor(): bigint {
    return this.#floor;
  }

  /** @returns true the first time. */
  add(id: string, sequence: bigint): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.set(id, sequence);
    if (sequence > this.#highest) this.#highest = sequence;
    return true;
  }

  /** Forgets what is out of the window. Call now and then. */
  advance(now: number): void {
    this.#marks.push({ at: now, sequence: this.#highest });
    let floor = this.#floor;
    while (this.#marks[0] && this.#marks[0].at <= now - this.#windowMs) {
      floor = this.#marks.shift()!.sequence;
    }
    if (floor === this.#floor) return;
    this.#floor = floor;
    for (const [id, sequence] of this.#seen) if (sequence <= floor) this.#seen.delete(id);
  }
}
