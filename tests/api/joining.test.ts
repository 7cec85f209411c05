/** Joining a merchant's staff over HTTP, and what happens to whoever is changed or removed again. */
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import {
  acceptance,
  account,
  change,
  invite,
  join,
  newAddress,
  tokenOf,
  typed,
} from '../testkit/team.ts';

const api = await testApi();
const merchant = await api.seed.merchant({ name: 'Acme' });
const owner = await api.staff(merchant, 'OWNER');
const admin = await api.staff(merchant, 'ADMIN');

describe('joining', () => {
  it('with a name and a password signs in, once', async () => {
    const { token, email } = await invite(api, owner);
    const { answer, client } = await join(api, token);
    expect(answer.data.acceptStaffInvitation).toMatchObject({
      __typename: 'JoinedStaff',
      staffMember: { name: 'Nora', email, role: 'SUPPORT', isViewer: true },
    });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^staff\.session_token=.*HttpOnly/);
    expect((await client.data('{ viewer { kind staffMember { email } } }')).viewer).toEqual({
      kind: 'STAFF',
      staffMember: { email },
    });
    const signIn = await api.client().fetch('/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url },
      body: JSON.stringify({ email, password: account.password }),
    });
    expect(signIn.status).toBe(200);
    const second = await join(api, token);
    expect(second.answer.data.acceptStaffInvitation.code).toBe('STAFF_INVITATION_USED');
    expect(second.answer.headers.getSetCookie()).toEqual([]);
    expect(api.logLines.join('\n')).not.toContain(account.password);
    expect(api.logLines.join('\n')).not.toContain(token);
  });

  it('as somebody who works elsewhere needs their session, and takes it to the new merchant', async () => {
    const elsewhere = await api.seed.merchant({ name: 'Elsewhere' });
    const colleague = await api.staff(elsewhere, 'ADMIN');
    const who = '{ viewer { staffAccount { email } merchant { id } scopes } }';
    const { viewer } = await colleague.data(who);
    const { email } = viewer.staffAccount;
    await change(owner, 'inviteStaffMember', { email, role: 'ANALYST' });
    await api.drain();
    const token = await tokenOf(api, email);

    const accept = async (client: GraphqlClient, more: object = {}) =>
      (await client.data(acceptance, { input: { token, ...more } })).acceptStaffInvitation;
    expect(await accept(api.client(), account)).toMatchObject({ code: 'SIGN_IN_TO_ACCEPT' });
    expect(await accept(admin)).toMatchObject({ code: 'INVITED_SOMEBODY_ELSE' });
    // Neither a portal's request nor a key speaks for whoever is signed in to the console.
    const atPortal = api.client({
      headers: { ...colleague.headers, 'x-portal': merchant.slug },
    });
    expect(await accept(atPortal)).toMatchObject({ code: 'SIGN_IN_TO_ACCEPT' });
    expect((await atPortal.data('{ viewer { staffAccount { email } } }')).viewer).toEqual({
      staffAccount: null,
    });
    expect(await accept(colleague)).toMatchObject({
      staffMember: { email, role: 'ANALYST', isViewer: true },
    });

    const there = await colleague.data(
      '{ viewer { merchant { id } scopes staffMemberships { merchantId merchantName role isCurrent } } }',
    );
    expect(there.viewer.merchant.id).toBe(globalId('Merchant', merchant.id));
    expect(there.viewer.scopes).not.toContain('staff:read');
    expect(there.viewer.staffMemberships).toEqual([
      {
        merchantId: globalId('Merchant', elsewhere.id),
        merchantName: 'Elsewhere',
        role: 'ADMIN',
        isCurrent: false,
      },
      {
        merchantId: globalId('Merchant', merchant.id),
        merchantName: 'Acme',
        role: 'ANALYST',
        isCurrent: true,
      },
    ]);
    const goTo = (merchantId: string) =>
      change(colleague, 'switchMerchant', { merchantId: globalId('Merchant', merchantId) });
    expect(await goTo(elsewhere.id)).toEqual({ __typename: 'StaffMember' });
    expect((await colleague.data(who)).viewer).toEqual(viewer);
    const unknown = await api.seed.merchant();
    expect(await goTo(unknown.id)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('or going to another merchant, sent again with its key, is answered as the first time', async () => {
    const elsewhere = await api.seed.merchant();
    const colleague = await api.staff(elsewhere, 'OWNER');
    const { email } = (await colleague.data('{ viewer { staffAccount { email } } }')).viewer
      .staffAccount;
    api.clock.advance({ hours: 1 });
    await change(owner, 'inviteStaffMember', { email, role: 'ADMIN' });
    await api.drain();
    const input = { token: await tokenOf(api, email) };
    const twice = async (query: string, variables: object) => {
      const key = { 'idempotency-key': newAddress() };
      const first = await colleague.request(query, variables, key);
      const again = await colleague.request(query, variables, key);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.data).toEqual(first.data);
      return first.data;
    };
    expect((await twice(acceptance, { input })).acceptStaffInvitation.__typename).toBe(
      'JoinedStaff',
    );
    await twice(
      `mutation ($merchantId: ID!) {
        switchMerchant(input: { merchantId: $merchantId }) { __typename }
        createCustomer(input: { name: "Once", email: "o@example.com", locale: en }) { __typename }
      }`,
      { merchantId: globalId('Merchant', elsewhere.id) },
    );
    const made = await api.app.database.customer.findMany({ where: { name: 'Once' } });
    expect(made.map(({ merchantId }) => merchantId)).toEqual([elsewhere.id]);
  });

  it('needs a name, and a password of 12 characters', async () => {
    const { token } = await invite(api, owner);
    const { acceptStaffInvitation } = await api
      .client()
      .data(acceptance, { input: { token, name: 'Nora', password: 'short' } });
    expect(acceptStaffInvitation).toMatchObject({
      field: 'password',
      reason: 'PASSWORD_TOO_SHORT',
    });
  });
});

describe('what somebody has open', () => {
  const billing = 'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }';

  it('follows a changed role, and ends as they are removed; they are nobody from then on', async () => {
    const ada = await merchant.customer();
    const { token } = await invite(api, owner, { role: 'ADMIN' });
    const { client, answer } = await join(api, token);
    const staffMemberId = answer.data.acceptStaffInvitation.staffMember.id;
    const live = client.live(billing, { id: globalId('Customer', ada.id) });
    await live.next();

    await change(owner, 'changeStaffRole', { staffMemberId, role: 'ANALYST' });
    expect((await live.next()).data.customerBilling.name).toBe(ada.row.name);
    const refused = await client.request(typed('inviteStaffMember', ''), {
      input: { email: newAddress(), role: 'ANALYST' },
    });
    expect(refused.errors[0]!.extensions).toMatchObject({ permission: 'staff:write' });

    expect(
      await change(owner, 'removeStaffMember', { staffMemberId }, '... on Deleted { id }'),
    ).toEqual({ __typename: 'Deleted', id: staffMemberId });
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
    const { viewer } = await client.data('{ viewer { kind staffAccount { email } } }');
    expect(viewer).toMatchObject({
      kind: 'ANONYMOUS',
      staffAccount: { email: expect.any(String) },
    });
  });

  it('at one merchant ends with their membership there, wherever else they work', async () => {
    const other = await api.seed.merchant();
    const { token } = await invite(api, owner);
    const { client, answer } = await join(api, token);
    const { id } = answer.data.acceptStaffInvitation.staffMember;
    const member = await api.app.database.staffMember.findUniqueOrThrow({
      where: { id: Buffer.from(id, 'base64').toString().split(':')[1]! },
    });
    await addStaffMember(api.app.billing, other.system, { userId: member.userId, role: 'OWNER' });
    const ada = await merchant.customer();
    const live = client.live(billing, { id: globalId('Customer', ada.id) });
    await live.next();
    await change(owner, 'removeStaffMember', { staffMemberId: id });
    expect(await live.ended).toBe(4401);
    const { viewer } = await client.data('{ viewer { merchant { id } } }');
    expect(viewer.merchant.id).toBe(globalId('Merchant', other.id));
  });
});
