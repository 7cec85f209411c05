/** What makes a live subscription speak: at once, then after changes, many of them as one. */
import type { Context, LiveNews, LiveTopic, Unsubscribe } from '../context.ts';
import { nextMoment } from './shared-messages.ts';

export interface LiveEvent<Memory = unknown> {
  /** `changed`: read and send. `recheck`: look whether the viewer may still listen. */
  kind: 'changed' | 'recheck';
  /** Call just before reading: whatever happened until then is in what is read. */
  begin(): void;
  /** When the newest of what is to be told was heard of; see `nextMoment`. */
  heardAt: number;
  /** What resolvers keep from message to message. */
  readonly memory: Memory;
  /** A message like the one before is not sent. */
  readonly distinct: boolean;
  /** Set by a resolver that has nothing to tell: no message is sent, but for the first. */
  silent: boolean;
  /** Set by a resolver: called once the message is made; not when it could not be. */
  onMade: (() => void) | null;
  /** One more event right after this one. */
  again(): void;
}

export interface LiveOptions<Memory> {
  memory?: Memory;
  /** Default false. */
  distinct?: boolean;
}

/** A session that ends without any event is noticed within this time. */
const recheckMs = 5 * 60_000;

/** What passes is told within this time, unless what follows it comes first and tells of both. */
const passingMs = 250;

/**
 * The first event comes at once; then one whenever `topics` have news. Whatever happens before a
 * message is begun is part of it, and whatever happens while it is being made becomes one event
 * after it: a slow listener gets the newest state and never a backlog. Listens from the call on, so
 * that nothing falls between it and the first read.
 */
export function liveEvents<Memory = undefined>(
  subscribe: Context['subscribe'],
  topics: readonly LiveTopic[],
  options: LiveOptions<Memory> = {},
): AsyncIterableIterator<LiveEvent<Memory>> {
  return new LiveEvents(subscribe, topics, options);
}

/** By hand and not as a generator, because a generator that waits cannot be ended at once. */
class LiveEvents<Memory> implements AsyncIterableIterator<LiveEvent<Memory>> {
  #pending: LiveEvent['kind'] | null = 'changed';
  /** Whether what is pending is to be told now. */
  #due = true;
  #heardAt = nextMoment();
  #waiting: ((result: IteratorResult<LiveEvent<Memory>>) => void) | null = null;
  #ended = false;
  #soon: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;
  readonly #unsubscribe: Unsubscribe;
  readonly #timer: NodeJS.Timeout;
  readonly #options: LiveOptions<Memory>;

  constructor(
    subscribe: Context['subscribe'],
    topics: readonly LiveTopic[],
    options: LiveOptions<Memory>,
  ) {
    this.#options = options;
    this.#unsubscribe = subscribe(topics, (news) =>
      this.#note(news === 'session' ? 'recheck' : 'changed', news),
    );
    this.#timer = setInterval(() => this.#note('recheck', 'news'), recheckMs);
    this.#timer.unref();
  }

  #note(kind: LiveEvent['kind'], news: LiveNews): void {
    if (this.#ended) return;
    this.#heardAt = nextMoment();
    if (this.#pending !== 'changed') this.#pending = kind;
    if (this.#due) return;
    // What one commit brings comes in several pieces; they are one event.
    if (news === 'passing') this.#later ??= setTimeout(() => this.#tell(), passingMs).unref();
    else this.#soon ??= setImmediate(() => this.#tell());
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

  #take(): LiveEvent<Memory> {
    const event: LiveEvent<Memory> = {
      memory: this.#options.memory as Memory,
      distinct: this.#options.distinct ?? false,
      silent: false,
      onMade: null,
      again: () => this.#note('changed', 'news'),
      kind: this.#pending ?? 'recheck',
      heardAt: this.#heardAt,
      begin: () => {
        event.heardAt = this.#heardAt;
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

  next(): Promise<IteratorResult<LiveEvent<Memory>>> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#due) return Promise.resolve({ value: this.#take(), done: false });
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  return(): Promise<IteratorResult<LiveEvent<Memory>>> {
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
