/** A session that ends takes its open connections with it, at once. */
import { revokeApiKey } from '@4geeks/billing/api-key/revoke-api-key';
import { rotateApiKey } from '@4geeks/billing/api-key/rotate-api-key';
import { updateApiKey } from '@4geeks/billing/api-key/update-api-key';
import { changeStaffRole } from '@4geeks/billing/merchant/change-staff-role';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import type { StaffRole } from '@4geeks/prisma';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient, Live } from '../testkit/graphql-client.ts';
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

const customerBilling = 'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }';
const about = { id: globalId('Customer', ada.id) };
const ended = [{ extensions: { code: 'UNAUTHENTICATED' } }];

/** An idle socket, a subscription on another one, and a stream. */
async function openAs(client: GraphqlClient, hello: object) {
  const socket = await idle(client, hello);
  const live = client.live(customerBilling, about);
  const stream = client.liveSse(customerBilling, about);
  for (const each of [live, stream]) expect((await each.next()).errors).toEqual([]);
  return { socket, live, stream };
}

async function openWithKey() {
  const { key, viewer } = await merchant.apiKey(['customers:read']);
  const authorization = `Bearer ${key}`;
  const client = api.client({ headers: { authorization }, connectionParams: { authorization } });
  return { apiKeyId: viewer.apiKeyId, ...(await openAs(client, { authorization })) };
}

async function expectEnded({ socket, live, stream }: Awaited<ReturnType<typeof openAs>>) {
  expect(await socket.closed).toEqual(signedOut);
  expect((await lastOf(live)).errors).toMatchObject(ended);
  expect(await live.ended).toBe(4401);
  expect((await lastOf(stream)).errors).toMatchObject(ended);
  await expect(stream.next()).rejects.toThrow('The subscription has ended');
}

/** The first message that is refused; before it, there may be news of the merchant. */
async function lastOf(live: Live): ReturnType<Live['next']> {
  const message = await live.next();
  return message.errors.length > 0 ? message : lastOf(live);
}

describe('an API key', () => {
  it('that is revoked ends its sockets and streams at once, and those of no other', async () => {
    const [revoked, other] = [await openWithKey(), await openWithKey()];
    await revokeApiKey(api.app.billing, merchant.system, { apiKeyId: revoked.apiKeyId });
    await expectEnded(revoked);
    await sleep(100);
    expect(other.socket.socket.readyState).toBe(other.socket.socket.OPEN);
    for (const each of [other.socket, other.live, other.stream]) each.close();
  });

  it('whose secret is rotated away without an overlap ends them, too', async () => {
    const open = await openWithKey();
    await rotateApiKey(api.app.billing, merchant.system, {
      apiKeyId: open.apiKeyId,
      overlapHours: 0,
    });
    await expectEnded(open);
  });

  it('with an overlap ends them when that is over, or at the second rotation', async () => {
    const [waiting, twice] = [await openWithKey(), await openWithKey()];
    const rotate = (apiKeyId: string) =>
      rotateApiKey(api.app.billing, merchant.system, { apiKeyId, overlapHours: 1 });
    await rotate(waiting.apiKeyId);
    await rotate(twice.apiKeyId);
    await sleep(100);
    for (const { socket } of [waiting, twice]) {
      expect(socket.socket.readyState).toBe(socket.socket.OPEN);
    }
    await rotate(twice.apiKeyId);
    await expectEnded(twice);
    await api.app.database.apiKey.update({
      where: { id: waiting.apiKeyId },
      data: { previousExpiresAt: new Date(api.clock.now().getTime() + 400) },
    });
    // Whatever happens to a key has whoever came in with it look at their time again.
    const { apiKeyId } = waiting;
    await updateApiKey(api.app.billing, merchant.system, { apiKeyId, name: 'Shorter' });
    api.clock.advance({ seconds: 1 });
    await expectEnded(waiting);
  });
});

describe('a member of staff', () => {
  it('who is taken away loses sockets and streams at once', async () => {
    const staff = await api.staff(merchant, 'SUPPORT');
    const { id: staffMemberId } = await memberOf(staff);
    const open = await openAs(staff, {});
    await removeStaffMember(api.app.billing, merchant.system, { staffMemberId });
    await expectEnded(open);
    const gone = removeStaffMember(api.app.billing, merchant.system, { staffMemberId });
    await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await staff.data('{ viewer { kind } }')).viewer.kind).toBe('ANONYMOUS');
  });

  it('with another role has its rights at once in what is open, and stays', async () => {
    const staff = await api.staff(merchant, 'SUPPORT');
    const { id } = await memberOf(staff);
    const { socket, live, stream } = await openAs(staff, {});
    const give = (role: StaffRole) =>
      changeStaffRole(api.app.billing, merchant.system, { staffMemberId: id, role });
    await give('ANALYST');
    // Both are told what they may see as of now, without any news of the customer.
    for (const each of [live, stream]) {
      expect((await each.next()).data.customerBilling.name).toBe(ada.row.name);
    }
    socket.say({
      type: 'subscribe',
      id: '1',
      payload: {
        query: `mutation { updateCustomer(
      input: { customerId: "${about.id}" }) { __typename } }`,
      },
    });
    expect((await socket.heard({ id: '1' })).payload.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'customers:write' } },
    ]);
    // The same again is no change.
    await give('ANALYST');
    const events = await api.app.database.event.findMany({
      where: { objectId: id },
      orderBy: { sequence: 'asc' },
    });
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['staff_member.added', { role: 'SUPPORT' }],
      ['staff_member.role_changed', { role: 'ANALYST', previousRole: 'SUPPORT' }],
    ]);
    for (const each of [socket, live, stream]) each.close();
  });
});

async function memberOf(staff: GraphqlClient) {
  const { viewer } = await staff.data('{ viewer { staffMember { id } } }');
  const id = Buffer.from(viewer.staffMember.id, 'base64').toString().split(':')[1]!;
  return api.app.database.staffMember.findUniqueOrThrow({ where: { id } });
}

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
