/** One live subscriber: a short queue and somebody waiting at its end. */

/** What a subscriber is told of an event; it re-reads what it shows. */
export interface EventNotice {
  id: string;
  sequence: bigint;
  merchantId: string;
  customerId: string | null;
  type: string;
  objectType: string;
  objectId: string;
}

/**
 * `event`: this happened. `missed`: more happened than this subscriber took in, the details are
 * gone; whatever it shows may be out of date.
 */
export type BusMessage = { kind: 'event'; event: EventNotice } | { kind: 'missed' };

const capacity = 64;

export class Subscription implements AsyncIterableIterator<BusMessage> {
  #queue: BusMessage[] = [];
  #waiting: ((result: IteratorResult<BusMessage>) => void)[] = [];
  #ended = false;
  #onEnd: (subscription: Subscription) => void;

  constructor(onEnd: (subscription: Subscription) => void) {
    this.#onEnd = onEnd;
  }

  push(message: BusMessage): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting) waiting({ value: message, done: false });
    else if (this.#queue.length < capacity) this.#queue.push(message);
    else this.#queue = [{ kind: 'missed' }];
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue = [];
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true });
    this.#onEnd(this);
  }

  next(): Promise<IteratorResult<BusMessage>> {
    const message = this.#queue.shift();
    if (message) return Promise.resolve({ value: message, done: false });
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<BusMessage>> {
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
