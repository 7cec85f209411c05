/** GraphQL over Server-Sent Events, distinct connections mode, to the letter. */
import { afterEach, describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.customer();
const key = await api.apiKey(merchant, ['customers:read']);
const billing = {
  query: 'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }',
  variables: { id: globalId('Customer', ada.id) },
};

interface ServerSentEvent {
  event: string;
  data: string;
}

const streams: AbortController[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await expect.poll(() => api.app.listeners).toBe(0);
});

/** @param how POST by default */
async function stream(body: object, how: 'GET' | 'POST' = 'POST') {
  const abort = new AbortController();
  streams.push(abort);
  const { query, variables } = body as { query: string; variables?: object };
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
  const response = await key.fetch(how === 'GET' ? `/graphql?${search}` : '/graphql', {
    method: how,
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    ...(how === 'POST' ? { body: JSON.stringify(body) } : {}),
    signal: abort.signal,
  });
  async function* events(): AsyncGenerator<ServerSentEvent> {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        // A line that begins with a colon keeps the connection alive.
        if (event.startsWith(':')) continue;
        yield {
          event: /^event: ?(.*)$/m.exec(event)?.[1] ?? '',
          data: /^data: ?(.*)$/m.exec(event)?.[1] ?? '',
        };
      }
    }
  }
  const iterator = events();
  return {
    response,
    abort,
    async next() {
      const { value, done } = await iterator.next();
      return done ? null : (value as ServerSentEvent);
    },
  };
}

describe('a stream', () => {
  it.each(['POST', 'GET'] as const)('by %s tells of each state as an event', async (how) => {
    const live = await stream(billing, how);
    expect(live.response.status).toBe(200);
    expect(live.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(live.response.headers.get('cache-control')).toBe('no-cache');
    const first = await live.next();
    expect(first!.event).toBe('next');
    expect(JSON.parse(first!.data)).toEqual({ data: { customerBilling: { name: ada.row.name } } });
    await ada.subscription();
    expect((await live.next())!.event).toBe('next');
  });

  it('of a query has one event and its completion, and ends', async () => {
    const live = await stream({ query: '{ viewer { kind } }' });
    expect(await live.next()).toEqual({
      event: 'next',
      data: '{"data":{"viewer":{"kind":"API_KEY"}}}',
    });
    expect(await live.next()).toEqual({ event: 'complete', data: '' });
    expect(await live.next()).toBeNull();
  });

  it('that cannot begin says why, completes and ends', async () => {
    const live = await stream({ query: billing.query, variables: {} });
    const told = await live.next();
    expect(JSON.parse(told!.data)).toMatchObject({ errors: [{ message: expect.any(String) }] });
    expect((await live.next())?.event).toBe('complete');
    expect(await live.next()).toBeNull();
  });

  it.each([
    ['a syntax error', 'subscription {'],
    ['an unknown field', 'subscription { nothing }'],
  ])('is not opened for %s', async (_name, query) => {
    const live = await stream({ query });
    const text = JSON.stringify(await live.next());
    expect(text).toContain('errors');
  });

  it('whose client leaves, leaves nothing behind', async () => {
    const live = await stream(billing);
    await live.next();
    expect(api.app.listeners).toBe(2);
    live.abort.abort();
    await expect.poll(() => api.app.listeners).toBe(0);
  });
});
