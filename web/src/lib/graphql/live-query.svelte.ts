import { getApi } from './api-context.ts';
import type { Document } from './client.ts';
import type { ApiFailure } from './failure.ts';

type Options<Value, Result, Variables> = {
  /** The value from `load`; when a navigation or invalidation brings a newer one, it takes over. */
  seed: () => Value;
  document: Document<Result, Variables>;
  variables: () => Variables;
  /** The value inside a message, or undefined where the message is to be passed over. */
  pick: (data: Result) => Value | null | undefined;
  onchange?: (next: Value, previous: Value) => void;
  onfailure?: (failure: ApiFailure) => void;
};

/**
 * A value rendered by the server and kept current by a subscription.
 * Make one while a component initializes; it ends with the component.
 * `current` may be set by hand too, with what a mutation returned.
 */
export class LiveQuery<Value, Result = unknown, Variables = unknown> {
  #seed: () => Value;
  current: Value = $derived.by(() => this.#seed());

  constructor(options: Options<Value, Result, Variables>) {
    this.#seed = options.seed;
    const api = getApi();

    $effect(() =>
      api.live.subscribe(options.document, options.variables(), {
        onData: (data) => {
          const next = options.pick(data);
          if (next === undefined || next === null) return;
          const previous = this.current;
          this.current = next;
          options.onchange?.(next, previous);
        },
        onFailure: (failure) => options.onfailure?.(failure),
      }),
    );
  }
}
