/** What makes a live subscription speak: at once, then after changes, many of them as one. */
import type { Context, LiveTopic, Unsubscribe } from '../context.ts';

/** `changed`: read and send. `recheck`: look whether the viewer may still listen. */
export type LiveEvent = 'changed' | 'recheck';

/** A session that ends without any event is noticed within this time. */
const recheckMs = 60_000;

/**
 * The first event comes at once; then one whenever `topics` have news. Whatever happens while a
 * message is being made becomes one event after it: a slow listener gets the newest state and
 * never a backlog. Listens from the call on, so that nothing falls between it and the first read.
 */
export function liveEvents(
  subscribe: Context['subscribe'],
  topics: readonly LiveTopic[],
): AsyncIterableIterator<LiveEvent> {
  return new LiveEvents(subscribe, topics);
}

/** By hand and not as a generator, because a generator that waits cannot be ended at once. */
class LiveEvents implements AsyncIterableIterator<LiveEvent> {
  #pending: LiveEvent | null = 'changed';
  #waiting: ((result: IteratorResult<LiveEvent>) => void) | null = null;
  #ended = false;
  readonly #unsubscribe: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(subscribe: Context['subscribe'], topics: readonly LiveTopic[]) {
    this.#unsubscribe = subscribe(topics, () => this.#note('changed'));
    this.#timer = setInterval(() => this.#note('recheck'), recheckMs);
    this.#timer.unref();
  }

  #note(event: LiveEvent): void {
    if (this.#waiting) {
      this.#waiting({ value: event, done: false });
      this.#waiting = null;
    } else if (this.#pending !== 'changed') {
      this.#pending = event;
    }
  }

  next(): Promise<IteratorResult<LiveEvent>> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#pending) {
      const value = this.#pending;
      this.#pending = null;
      return Promise.resolve({ value, done: false });
    }
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  return(): Promise<IteratorResult<LiveEvent>> {
    if (!this.#ended) {
      this.#ended = true;
      clearInterval(this.#timer);
      this.#unsubscribe();
      this.#waiting?.({ value: undefined, done: true });
      this.#waiting = null;
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
