/**
 * How much one viewer, and one network address, may have open in this process. It bounds memory;
 * what may be tried how often is for `rate-limits.ts`.
 */
export interface LiveLimitNumbers {
  socketsPerViewer: number;
  socketsPerAddress: number;
  /** Live subscriptions, over sockets and as SSE. */
  subscriptionsPerViewer: number;
  subscriptionsPerAddress: number;
}

/** A page of ours has one socket and three subscriptions; an office shares an address. */
export const usualLiveLimits: LiveLimitNumbers = {
  socketsPerViewer: 100,
  socketsPerAddress: 1000,
  subscriptionsPerViewer: 500,
  subscriptionsPerAddress: 5000,
};

/** Lets everything through; for tests and benchmarks. */
export const noLiveLimits: LiveLimitNumbers = {
  socketsPerViewer: Infinity,
  socketsPerAddress: Infinity,
  subscriptionsPerViewer: Infinity,
  subscriptionsPerAddress: Infinity,
};

export class LiveLimits {
  readonly numbers: LiveLimitNumbers;
  readonly #open = new Map<string, number>();

  constructor(numbers: LiveLimitNumbers) {
    this.numbers = numbers;
  }

  /**
   * Counts one more, until what is returned is called.
   *
   * @param who a viewer's or an address's name
   * @returns null when there are as many as may be
   */
  open(limit: keyof LiveLimitNumbers, who: string): (() => void) | null {
    const key = `${limit} ${who}`;
    const count = this.#open.get(key) ?? 0;
    if (count >= this.numbers[limit]) return null;
    this.#open.set(key, count + 1);
    let closed = false;
    return () => {
      if (closed) return;
      closed = true;
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }
}
