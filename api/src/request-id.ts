/** The id that ties together what one request caused: log lines, events, error answers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const storage = new AsyncLocalStorage<string>();

/**
 * @param incoming an `x-request-id` header; used when it looks like an id, so that a proxy's logs and
 *   ours agree.
 */
export function newRequestId(incoming?: string | null): string {
  return incoming && /^[\w-]{8,64}$/.test(incoming) ? incoming : randomUUID();
}

/** Everything `work` does, later callbacks included, has this request id. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  return storage.run(requestId, work);
}

/** The id of the request being served, outside of requests undefined. */
export function currentRequestId(): string | undefined {
  return storage.getStore();
}
