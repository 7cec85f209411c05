/** Settings > Team over HTTP: who is there, who is invited, who may do what; and joining. */
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { describe, expect, it } from 'vitest';

import { cookiesOf, globalId, testApi } from '../testkit/api.ts';
import type { Answer, GraphqlClient } from '../testkit/graphql-client.ts';
import { invitationToken } from '../testkit/invitation-mail.ts';

const api = await testApi();
const merchant = await api.seed.merchant({ name: 'Acme' });
const owner = await api.staff(merchant, 'OWNER');
const admin = await api.staff(merchant, 'ADMIN');
let count = 0;
const address = () => `new${(count += 1)}@team.example`;

const errorFields = `... on Error { code message } ... on InvalidInputError { field reason }`;
const typed = (name: string, fields: string) => {
  const input = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ${fields} ... on Error { code message } } }`;
};
const invitationFields = '... on StaffInvitation { id email role locale status expiresAt }';

async function change(
  client: GraphqlClient,
  name: string,
  input: object,
  fields = '',
): Promise<Answer['data']> {
  return (await client.data(typed(name, fields), { input }))[name];
}

async function invite(more: object = {}) {
  api.clock.advance({ hours: 1 });
  const email = address();
  const input = { email, role: 'SUPPORT', ...more };
  const invitation = await change(owner, 'inviteStaffMember', input, invitationFields);
  await api.drain();
  return { email, id: invitation.id as string, invitation, token: await tokenOf(email) };
}

async function tokenOf(email: string): Promise<string> {
  const [mail] = await api.app.outbox.listWithBodies({ to: email, limit: 1 });
  return invitationToken(mail);
}

const acceptance = `mutation ($input: AcceptStaffInvitationInput!) { acceptStaffInvitation(input: $input) {
  __typename ... on JoinedStaff { staffMember { id name email role isViewer } } ${errorFields} } }`;
const offer = `query ($token: String!) { offeredMembership(token: $token) { __typename
  ... on OfferedMembership { merchantName email role hasAccount } ... on Error { code } } }`;
const account = { name: 'Nora', password: 'nora knows a password' };

/** Joins as somebody new. */
async function join(token: string): Promise<{ client: GraphqlClient; answer: Answer }> {
  const answer = await api.client().request(acceptance, { input: { token, ...account } });
  return { answer, client: api.client({ headers: { cookie: cookiesOf(answer) } }) };
}

describe('the team', () => {
  it('is listed with who, role, since when, and whether it is the viewer', async () => {
    const { staffMembers } = await admin.data(`{ staffMembers(first: 10) { totalCount
      edges { node { id name email role createdAt isViewer } } } }`);
    const people = staffMembers.edges.map(({ node }: Answer['data']) => node);
    expect(staffMembers.totalCount).toBe(people.length);
    expect(people.slice(0, 2)).toMatchObject([
      { name: 'OWNER', role: 'OWNER', isViewer: false, createdAt: expect.any(String) },
      { name: 'ADMIN', role: 'ADMIN', isViewer: true },
    ]);
    const other = await api.seed.merchant();
    const theirs = await (await api.staff(other)).data('{ staffMembers { totalCount } }');
    expect(theirs.staffMembers.totalCount).toBe(1);
  });

  it.each(['SUPPORT', 'ANALYST'] as const)('is closed to %s', async (role) => {
    const client = await api.staff(merchant, role);
    const { data, errors } = await client.request(
      '{ staffMembers { totalCount } staffInvitations { totalCount } }',
    );
    expect(data).toEqual({ staffMembers: null, staffInvitations: null });
    for (const { extensions } of errors) {
      expect(extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'staff:read' });
    }
    const refused = await client.request(typed('inviteStaffMember', ''), {
      input: { email: address(), role: 'ANALYST' },
    });
    expect(refused.errors[0]!.extensions).toMatchObject({ permission: 'staff:write' });
  });

  it('is closed to API keys, which cannot even have the scopes', async () => {
    const key = await api.apiKey(merchant, ['merchant:read', 'merchant:write']);
    const { data, errors } = await key.request('{ staffMembers { totalCount } }');
    expect(data.staffMembers).toBeNull();
    expect(errors[0]!.extensions).toMatchObject({ permission: 'NOT_FOR_API_KEYS' });
    for (const scope of ['staff:read', 'staff:write']) {
      const made = await owner.data(
        `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ${errorFields} } }`,
        { input: { name: 'x', scopes: [scope] } },
      );
      expect(made.createApiKey.reason).toBe('SCOPE_UNKNOWN');
    }
  });

  it('says which rule was broken', async () => {
    const { id: ownerId } = await api.app.database.staffMember.findFirstOrThrow({
      where: { merchantId: merchant.id, role: 'OWNER' },
    });
    const staffMemberId = globalId('StaffMember', ownerId);
    const tries: [GraphqlClient, string, object, string][] = [
      [admin, 'removeStaffMember', { staffMemberId }, 'OWNER_REQUIRED'],
      [admin, 'changeStaffRole', { staffMemberId, role: 'ADMIN' }, 'OWNER_REQUIRED'],
      [owner, 'removeStaffMember', { staffMemberId }, 'LAST_OWNER'],
      [owner, 'changeStaffRole', { staffMemberId, role: 'SUPPORT' }, 'LAST_OWNER'],
      [admin, 'inviteStaffMember', { email: address(), role: 'OWNER' }, 'OWNER_REQUIRED'],
    ];
    for (const [client, name, input, code] of tries) {
      expect(await change(client, name, input)).toMatchObject({
        __typename: 'ConflictError',
        code,
        message: expect.stringContaining(': '),
      });
    }
  });
});

describe('an invitation', () => {
  it('is listed while it is open, mailed again, and revoked', async () => {
    const { email, id, invitation, token } = await invite({ locale: 'de' });
    expect(invitation).toMatchObject({ email, role: 'SUPPORT', locale: 'de', status: 'OPEN' });
    const listed = async () =>
      (
        await admin.data(`{ staffInvitations { edges { node { id status sentAt } } } }`)
      ).staffInvitations.edges.map(({ node }: Answer['data']) => node);
    expect(await listed()).toEqual([{ id, status: 'OPEN', sentAt: expect.any(String) }]);

    const input = { staffInvitationId: id };
    expect(await change(owner, 'resendStaffInvitation', input)).toMatchObject({
      code: 'RATE_LIMITED',
    });
    api.clock.advance({ minutes: 1 });
    expect(await change(owner, 'resendStaffInvitation', input)).toEqual({
      __typename: 'StaffInvitation',
    });
    expect(await change(owner, 'resendStaffInvitation', input)).toMatchObject({
      code: 'RATE_LIMITED',
    });
    await api.drain();
    expect((await api.client().data(offer, { token })).offeredMembership).toMatchObject({
      code: 'STAFF_INVITATION_INVALID',
    });
    const again = await tokenOf(email);
    expect((await api.client().data(offer, { token: again })).offeredMembership).toEqual({
      __typename: 'OfferedMembership',
      merchantName: 'Acme',
      email,
      role: 'SUPPORT',
      hasAccount: false,
    });

    api.clock.advance({ days: 7 });
    expect(await listed()).toMatchObject([{ id, status: 'EXPIRED' }]);
    expect(await change(owner, 'revokeStaffInvitation', input, invitationFields)).toMatchObject({
      status: 'REVOKED',
    });
    expect(await listed()).toEqual([]);
    const { answer } = await join(again);
    expect(answer.data.acceptStaffInvitation.code).toBe('STAFF_INVITATION_REVOKED');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('of another merchant is not to be found', async () => {
    const { id } = await invite();
    const stranger = await api.staff(await api.seed.merchant());
    for (const name of ['resendStaffInvitation', 'revokeStaffInvitation']) {
      expect(await change(stranger, name, { staffInvitationId: id })).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    const { node } = await stranger.data(`{ node(id: "${id}") { id } }`);
    expect(node).toBeNull();
  });
});

describe('joining', () => {
  it('with a name and a password signs in, once', async () => {
    const { token, email } = await invite();
    const { answer, client } = await join(token);
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
    const second = await join(token);
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
    const token = await tokenOf(email);

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

  it('needs a name, and a password of 12 characters', async () => {
    const { token } = await invite();
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
    const { token } = await invite({ role: 'ADMIN' });
    const { client, answer } = await join(token);
    const staffMemberId = answer.data.acceptStaffInvitation.staffMember.id;
    const live = client.live(billing, { id: globalId('Customer', ada.id) });
    await live.next();

    await change(owner, 'changeStaffRole', { staffMemberId, role: 'ANALYST' });
    expect((await live.next()).data.customerBilling.name).toBe(ada.row.name);
    const refused = await client.request(typed('inviteStaffMember', ''), {
      input: { email: address(), role: 'ANALYST' },
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
    const { token } = await invite();
    const { client, answer } = await join(token);
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
