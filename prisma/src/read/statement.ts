/** A statement while it is written. */

/** What is asked cannot be said in this way; the client does it. */
export class Unsupported extends Error {}

export class Statement {
  readonly values: unknown[] = [];
  #aliases = 0;
  #isNegated = false;

  /** Whether what is written now stands within a NOT. */
  get isNegated(): boolean {
    return this.#isNegated;
  }

  negated<Written>(write: () => Written): Written {
    const before = this.#isNegated;
    this.#isNegated = true;
    const written = write();
    this.#isNegated = before;
    return written;
  }

  /** @returns where the statement stands for `value`. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** @returns a name for the rows of a table that is read. */
  alias(): string {
    return `t${this.#aliases++}`;
  }
}
