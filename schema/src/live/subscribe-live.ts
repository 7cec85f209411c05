/**
 * Runs live subscriptions. Unlike GraphQL's own `subscribe`, every message is made in a context of
 * its own: the viewer and the permissions are read again, and nothing that was cached for an
 * earlier message (access decisions, loaded rows) is used. What is the same for all is made once for
 * all, without anybody's rights; see shared-messages.ts.
 */
import { hash } from 'node:crypto';
import { nameOfViewer, type Viewer } from '@4geeks/billing/access/viewer';
import {
  createSourceEventStream,
  validateSubscriptionArgs,
  type ExecutionArgs,
  type ExecutionResult,
  type ValidatedSubscriptionArgs,
} from 'graphql';
import { SessionEndedError } from '../client-errors.ts';
import type { Context } from '../context.ts';
import { executeMessage } from '../execute/execute.ts';
import type { LiveEvent } from './live-events.ts';
import { isSameForAll, sharedMessage } from './shared-messages.ts';
import { Turns } from './turns.ts';

/** Takes the place of graphql's `subscribe`, over WebSocket and SSE alike. */
export async function subscribeLive(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const validated = validateSubscriptionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const source = await createSourceEventStream({ ...validated, contextValue: ofItsOwn(args) });
  if (!(Symbol.asyncIterator in source)) return source;
  return new LiveMessages(validated, source[Symbol.asyncIterator]() as AsyncIterator<LiveEvent>);
}

/**
 * Messages made at once by this process; fewer than there are connections to the database, so that
 * a crowd of listeners does not hold up what they wait for. Whoever waits longer is told more in one
 * message. One viewer has half of them at most: many dear subscriptions hold up nobody else.
 */
const turns = new Turns(8, 4);

class LiveMessages implements AsyncIterableIterator<ExecutionResult> {
  readonly #args: ValidatedSubscriptionArgs;
  readonly #source: AsyncIterator<LiveEvent>;
  readonly #first: Context;
  readonly #isSameForAll: boolean;
  /** As last looked up. */
  #viewer: Viewer;
  #rights: string | null = null;
  #sessionEnded = false;
  #ended = false;
  /** Of the last message, where equal ones are not sent twice. */
  #digest: string | null = null;

  constructor(args: ValidatedSubscriptionArgs, source: AsyncIterator<LiveEvent>) {
    this.#args = args;
    this.#source = source;
    this.#first = args.contextValue as Context;
    this.#isSameForAll = isSameForAll(args);
    this.#viewer = this.#first.viewer;
    const { signal } = this.#first;
    if (signal?.aborted) void this.return();
    else signal?.addEventListener('abort', () => void this.return(), { once: true });
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#sessionEnded) {
      // Asked for more, so the last message is on its way.
      this.#first.onSessionEnded();
      return { value: undefined, done: true };
    }
    for (;;) {
      const { value: event, done } = await this.#source.next();
      if (done) return { value: undefined, done: true };
      const value =
        this.#isSameForAll && event.kind === 'changed'
          ? await this.#shareMessage(event)
          : await this.#inTurn(() => this.#makeMessage(event));
      // Whoever ended it meanwhile hears nothing more.
      if (this.#ended) return { value: undefined, done: true };
      if (value) return { value, done: false };
    }
  }

  /** Who is nobody in particular has turns of their own. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return turns.take(nameOfViewer(this.#viewer) ?? this, work);
  }

  /** Of what everybody may hear: who listens makes no difference, and is not looked up. */
  #shareMessage(event: LiveEvent): Promise<ExecutionResult> {
    event.begin();
    this.#rights ??= rightsOf(this.#first.viewer);
    return sharedMessage(this.#args, event.heardAt, () =>
      this.#inTurn(async () =>
        executeMessage({
          ...this.#args,
          rootValue: event,
          contextValue: ofItsOwn(this.#args),
        }),
      ),
    );
  }

  /** @returns null when there is nothing to say. */
  async #makeMessage(event: LiveEvent): Promise<ExecutionResult | null> {
    event.begin();
    const isFirst = this.#rights === null;
    // The viewer is looked up while the message is made for the viewer as known: mostly nothing has
    // changed. If it has, that message is nobody's.
    const made = event.kind === 'changed' ? this.#execute(event, this.#viewer) : null;
    made?.catch(() => {});
    const context = isFirst ? this.#first : await this.#first.refresh();
    if (!context) {
      this.#sessionEnded = true;
      await this.#source.return?.();
      return { errors: [new SessionEndedError()] };
    }
    const rights = rightsOf(context.viewer);
    const sameRights = isFirst || rights === this.#rights;
    if (event.kind === 'recheck' && sameRights) return null;
    this.#viewer = context.viewer;
    this.#rights = rights;
    if (!sameRights) {
      await made?.catch(() => {});
      event.silent = false;
    }
    const message = await (sameRights && made ? made : this.#execute(event, this.#viewer));
    if (event.silent && !isFirst) return null;
    if (!failed(message)) event.onMade?.();
    return event.distinct && !this.#isNew(message) ? null : message;
  }

  async #execute(event: LiveEvent, viewer: Viewer): Promise<ExecutionResult> {
    return executeMessage({
      ...this.#args,
      rootValue: event,
      contextValue: { ...this.#first, viewer },
    });
  }

  #isNew(message: ExecutionResult): boolean {
    const digest = hash('sha1', JSON.stringify(message), 'base64');
    if (digest === this.#digest) return false;
    this.#digest = digest;
    return true;
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#ended = true;
    await this.#source.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Everything that is cached for a request hangs on its context, and should go when it is done. */
function ofItsOwn({ contextValue }: { contextValue?: unknown }): Context {
  return { ...(contextValue as Context) };
}

/** What was asked for could not be told. */
function failed({ data, errors }: ExecutionResult): boolean {
  return errors !== undefined && Object.values(data ?? {}).every((value) => value === null);
}

function rightsOf(viewer: Viewer): string {
  switch (viewer.kind) {
    case 'customer':
      return [...viewer.permissions, ...viewer.grants].sort().join();
    case 'staff':
    case 'apiKey':
      return [...viewer.scopes].sort().join();
    case 'anonymous':
      return '';
  }
}
