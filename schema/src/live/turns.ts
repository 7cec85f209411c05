interface Line {
  working: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets so many work at once and keeps the others in line: a line for each who wants something done.
 * Those who wait come in turn, so that whoever wants much holds up nobody but themselves.
 */
export class Turns {
  #free: number;
  readonly #each: number;
  /** Of everybody who works or waits; who comes next stands first. */
  readonly #lines = new Map<unknown, Line>();

  /**
   * @param most how many at once
   * @param each how many of them at most for one; the rest is left to others, who may come
   */
  constructor(most: number, each: number) {
    this.#free = most;
    this.#each = each;
  }

  /**
   * Waits for a turn, then runs `work`; whatever it comes to, the next one follows.
   *
   * @param who wants it done
   */
  async take<Result>(who: unknown, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(who) ?? { working: 0, waiting: [] };
    if (this.#free > 0 && line.working < this.#each) this.#begin(who, line);
    else {
      this.#lines.set(who, line);
      await new Promise<void>((resolve) => line.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      this.#free += 1;
      line.working -= 1;
      if (line.working === 0 && line.waiting.length === 0) this.#lines.delete(who);
      this.#callNext();
    }
  }

  #begin(who: unknown, line: Line): void {
    this.#free -= 1;
    line.working += 1;
    // To the end of those who wait.
    this.#lines.delete(who);
    this.#lines.set(who, line);
  }

  #callNext(): void {
    // Few are passed over: no more than may work at once have all that is allowed to one.
    for (const [who, line] of this.#lines) {
      if (line.working >= this.#each) continue;
      const next = line.waiting.shift();
      if (!next) continue;
      this.#begin(who, line);
      next();
      return;
    }
  }
}
