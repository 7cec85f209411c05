/** What makes a live subscription speak: at once, then after changes, many of them as one. */
import type { Context, LiveNews, LiveTopic, Unsubscribe } from '../context.ts';

export interface LiveEvent {
  /** `changed`: read and send. `recheck`: look whether the viewer may still listen. */
  kind: 'changed' | 'recheck';
  /** Call just before reading: whatever happened until then is in what is read. */
  begin(): void;
}

/** A session that ends without any event is noticed within this time. */
const recheckMs = 60_000;

/** What passes is told within this time, unless what follows it comes first and tells of both. */
const passingMs = 250;

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
  /** Whether what is pending is to be told now. */
  #due = true;
  #waiting: ((result: IteratorResult<LiveEvent>) => void) | null = null;
  #ended = false;
  #soon: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;
  readonly #unsubscribe: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(subscribe: Context['subscribe'], topics: readonly LiveTopic[]) {
    this.#unsubscribe = subscribe(topics, (news) => this.#note('changed', news));
    this.#timer = setInterval(() => this.#note('recheck', 'news'), recheckMs);
    this.#timer.unref();
  }

  #note(kind: LiveEvent['kind'], news: LiveNews): void {
    if (this.#ended) return;
    if (this.#pending !== 'changed') this.#pending = kind;
    if (this.#due) return;
    // What one commit brings comes in several pieces; they are one event.
    if (news === 'news') this.#soon ??= setImmediate(() => this.#tell());
    else this.#later ??= setTimeout(() => this.#tell(), passingMs).unref();
  }

  #tell(): void {
    this.#calmDown();
    this.#due = true;
    if (!this.#waiting) return;
    this.#waiting({ value: this.#take(), done: false });
    this.#waiting = null;
  }

  #calmDown(): void {
    if (this.#soon) clearImmediate(this.#soon);
    if (this.#later) clearTimeout(this.#later);
    this.#soon = null;
    this.#later = null;
  }

  #take(): LiveEvent {
    const event: LiveEvent = {
      kind: this.#pending ?? 'recheck',
      begin: () => {
        event.kind = this.#pending === 'changed' ? 'changed' : event.kind;
        this.#forget();
      },
    };
    this.#forget();
    return event;
  }

  #forget(): void {
    this.#calmDown();
    this.#pending = null;
    this.#due = false;
  }

  next(): Promise<IteratorResult<LiveEvent>> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#due) return Promise.resolve({ value: this.#take(), done: false });
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  return(): Promise<IteratorResult<LiveEvent>> {
    if (!this.#ended) {
      this.#ended = true;
      clearInterval(this.#timer);
      this.#calmDown();
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
