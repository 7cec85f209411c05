/** Beyond so many failures it is not the rows' fault: stop, and let the next sweep try again. */
const mostFailures = 25;

/**
 * Collects what goes wrong with single rows of a sweep, so that one that cannot be worked on does
 * not hold up the others: try each, then `throwIfAny`.
 */
export class SweepFailures {
  readonly #errors: unknown[] = [];

  /** @throws AggregateError when there have been too many. */
  add(error: unknown): void {
    this.#errors.push(error);
    if (this.#errors.length >= mostFailures) this.throwIfAny();
  }

  /** @throws AggregateError with every failure, so that the job is seen to have failed. */
  throwIfAny(): void {
    if (this.#errors.length === 0) return;
    throw new AggregateError(this.#errors, `${this.#errors.length} rows could not be worked on`, {
      cause: this.#errors[0],
    });
  }
}
