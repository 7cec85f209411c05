/** Lets so many work at once and keeps the others in line, first come, first served. */
export class Turns {
  #free: number;
  readonly #line: (() => void)[] = [];

  /** @param most how many at once */
  constructor(most: number) {
    this.#free = most;
  }

  /** Waits for a turn, then runs `work`; whatever it comes to, the next in line follows. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
