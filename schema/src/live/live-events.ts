/** What makes a live subscription speak: at once, then after changes, many of them as one. */
import type { Context, LiveTopic, Unsubscribe } from '../context.ts';

export interface LiveEvent {
  /** `changed`: read and send. `recheck`: look whether the viewer may still listen. */
  kind: 'changed' | 'recheck';
  /** Call just before reading: whatever happened until then is in what is read. */
  begin(): void;
}

/** A session that ends without any event is noticed within this time. */
const recheckMs = 60_000;

/**
 * The first event comes at once; then one whenever `topics` have news. Whatever happens before a
 * message is begun is part of it, and whatever happens while it is being made becomes one event
 * after it: a slow listener gets the newest state and never a backlog. Listens from the call on, so that nothing falls between it and the first read.
 */
export function liveEvents(
  subscribe: Context['subscribe'],
  topics: readonly LiveTopic[],
): AsyncIterableIterator<LiveEvent> {
  return new LiveEvents(subscribe, topics);
}

/** By hand and not as a generator, because a generator that waits cannot be ended at once. */
class LiveEvents implements AsyncIterableIterator<LiveEvent> {
  #pending: LiveEvent['kind'] | null = 'changed';
  #waiting: ((result: IteratorResult<LiveEvent>) => void) | null = null;
  #ended = false;
  readonly #unsubscribe: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(subscribe: Context['subscribe'], topics: readonly LiveTopic[]) {
    this.#unsubscribe = subscribe(topics, () => this.#note('changed'));
    this.#timer = setInterval(() => this.#note('recheck'), recheckMs);
    this.#timer.unref();
  }

  #note(kind: LiveEvent['kind']): void {
    if (this.#waiting) {
      this.#waiting({ value: this.#event(kind), done: false });
      this.#waiting = null;
    } else if (this.#pending !== 'changed') {
      this.#pending = kind;
    }
  }

  #event(kind: LiveEvent['kind']): LiveEvent {
    const event: LiveEvent = {
      kind,
      begin: () => {
        event.kind = this.#pending === 'changed' ? 'changed' : event.kind;
        this.#pending = null;
      },
    };
    return event;
  }

  next(): Promise<IteratorResult<LiveEvent>> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#pending) {
      const value = this.#event(this.#pending);
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
