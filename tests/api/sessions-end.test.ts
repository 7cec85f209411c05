/** A session that ends takes its open connections with it, at once. */
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import { rawSocket } from '../testkit/raw-socket.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.customer();
const face = 'subscription ($slug: String!) { portalChanged(slug: $slug) { available } }';
const slug = { slug: merchant.slug };

/** A socket that has asked for nothing. */
async function idle(client: GraphqlClient, hello: object) {
  const socket = await rawSocket(api.url, { headers: { ...client.headers, origin: api.url } });
  await socket.init(hello);
  return socket;
}

const signedOut = { code: 4401, reason: 'Session ended' };

describe('signing out', () => {
  it('of the portal ends sockets and streams of that session, and of no other', async () => {
    const portal = await api.customer(merchant, ada);
    const elsewhere = await api.customer(merchant, ada);
    const hello = { portal: merchant.slug };
    const [leaving, staying] = [await idle(portal, hello), await idle(elsewhere, hello)];
    const live = portal.live(face, slug);
    const stream = portal.liveSse(face, slug);
    await live.next();
    await stream.next();
    await portal.data('mutation { signOutOfPortal { portalSlug } }');
    expect(await leaving.closed).toEqual(signedOut);
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
    expect((await stream.next()).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    await expect(stream.next()).rejects.toThrow('The subscription has ended');
    expect(await stream.ended).toBeNull();
    await sleep(100);
    expect(staying.socket.readyState).toBe(staying.socket.OPEN);

    await disablePortal(api.app.billing, merchant.system);
    expect(await staying.closed).toEqual(signedOut);
    const { enablePortal } = await import('@4geeks/billing/portal/enable-portal');
    await enablePortal(api.app.billing, merchant.system);
  });

  it('of the console ends sockets of that session, and is recorded', async () => {
    const staff = await api.staff(merchant, 'SUPPORT');
    const colleague = await api.staff(merchant, 'SUPPORT');
    const [leaving, staying] = [await idle(staff, {}), await idle(colleague, {})];
    const live = staff.live(
      'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }',
      {
        id: globalId('Customer', ada.id),
      },
    );
    await live.next();
    const response = await staff.fetch('/auth/sign-out', {
      method: 'POST',
      headers: { origin: api.url, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(200);
    expect(await leaving.closed).toEqual(signedOut);
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
    const [event] = await api.app.database.event.findMany({
      where: { merchantId: merchant.id },
      orderBy: { sequence: 'desc' },
      take: 1,
    });
    expect(event).toMatchObject({ type: 'staff_member.signed_out', actorKind: 'STAFF' });
    await sleep(100);
    expect(staying.socket.readyState).toBe(staying.socket.OPEN);
    staying.close();
  });
});

describe('expiry', () => {
  it('of a portal session ends its socket by itself', async () => {
    const portal = await api.customer(merchant, ada);
    await api.app.database.portalSession.updateMany({
      where: { customerId: ada.id },
      data: { expiresAt: new Date(api.clock.now().getTime() + 400) },
    });
    const socket = await idle(portal, { portal: merchant.slug });
    const live = portal.live(face, slug);
    await live.next();
    api.clock.advance({ seconds: 1 });
    expect(await socket.closed).toEqual(signedOut);
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
  });

  it('of an API key ends its socket; one that was prolonged stays', async () => {
    const keys = [await merchant.apiKey(['events:read']), await merchant.apiKey(['events:read'])];
    const soon = { expiresAt: new Date(api.clock.now().getTime() + 400) };
    for (const { viewer } of keys) {
      await api.app.database.apiKey.update({ where: { id: viewer.apiKeyId }, data: soon });
    }
    const [ending, staying] = await Promise.all(
      keys.map(({ key }) => idle(api.client(), { authorization: `Bearer ${key}` })),
    );
    await api.app.database.apiKey.update({
      where: { id: keys[1]!.viewer.apiKeyId },
      data: { expiresAt: new Date(api.clock.now().getTime() + 3_600_000) },
    });
    api.clock.advance({ seconds: 1 });
    expect(await ending!.closed).toEqual(signedOut);
    await sleep(300);
    expect(staying!.socket.readyState).toBe(staying!.socket.OPEN);
    staying!.close();
  });

  it('of a staff session ends its socket by itself', async () => {
    const staff = await api.staff(merchant, 'ANALYST');
    // Its time is better-auth's own, which goes by the wall clock.
    await api.app.database.staffSession.updateMany({
      where: { user: { email: { startsWith: 'analyst' } } },
      data: { expiresAt: new Date(Date.now() + 700) },
    });
    const socket = await idle(staff, {});
    expect(await socket.closed).toEqual(signedOut);
  });
});
