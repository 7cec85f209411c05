/** How much one viewer and one address may have open at once. */
import { describe, expect, it } from 'vitest';

import { testApi } from '../testkit/api.ts';
import { rawSocket, type RawSocket } from '../testkit/raw-socket.ts';

const face = 'subscription ($slug: String!) { portalChanged(slug: $slug) { available } }';

describe('sockets', () => {
  it('of one viewer are so many; one more is told to try again later', async () => {
    const api = await testApi({ liveLimits: { socketsPerViewer: 2 } });
    const merchant = await api.seed.merchant();
    const [key, another] = [
      await merchant.apiKey(['events:read']),
      await merchant.apiKey(['events:read']),
    ];
    const open = async (bearer: string): Promise<RawSocket> => {
      const socket = await rawSocket(api.url);
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } });
      return socket;
    };
    const [first, second] = [await open(key.key), await open(key.key)];
    for (const socket of [first, second]) await socket.heard({ type: 'connection_ack' });
    const third = await open(key.key);
    expect(await third.closed).toEqual({ code: 1013, reason: 'Too many connections' });
    expect(third.messages).toEqual([]);
    await (await open(another.key)).heard({ type: 'connection_ack' });
    first.close();
    await first.closed;
    await expect
      .poll(async () => {
        const again = await open(key.key);
        return Promise.race([
          again.heard({ type: 'connection_ack' }).then(() => 'in'),
          again.closed.then(({ code }) => code),
        ]);
      })
      .toBe('in');
  });

  it('of one address are so many; one more is refused with 429', async () => {
    const api = await testApi({ liveLimits: { socketsPerAddress: 2 } });
    const first = await rawSocket(api.url);
    await rawSocket(api.url);
    await expect(rawSocket(api.url)).rejects.toThrow('429');
    first.close();
    await first.closed;
    await expect
      .poll(() =>
        rawSocket(api.url).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });
});

describe('live subscriptions', () => {
  it.each([
    ['viewer', { subscriptionsPerViewer: 2 }],
    ['address', { subscriptionsPerAddress: 2 }],
  ])('of one %s are so many, over sockets and streams together', async (_name, liveLimits) => {
    const api = await testApi({ liveLimits });
    const merchant = await api.seed.merchant();
    const client = await api.apiKey(merchant, ['events:read']);
    const slug = { slug: merchant.slug };
    const [socket, stream] = [client.live(face, slug), client.liveSse(face, slug)];
    expect((await socket.next()).data.portalChanged.available).toBe(true);
    expect((await stream.next()).data.portalChanged.available).toBe(true);
    for (const how of ['live', 'liveSse'] as const) {
      const refused = client[how](face, slug);
      expect((await refused.next()).errors).toMatchObject([
        { extensions: { code: 'TOO_MANY_LIVE_SUBSCRIPTIONS', limit: 2 } },
      ]);
      refused.close();
    }
    stream.close();
    await expect
      .poll(async () => {
        const again = client.live(face, slug);
        const { errors } = await again.next();
        if (errors.length > 0) again.close();
        return errors;
      })
      .toEqual([]);
  });
});
