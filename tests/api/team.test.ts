/** Settings > Team over HTTP: who is there, who is invited, and who may do what. */
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Answer, GraphqlClient } from '../testkit/graphql-client.ts';
import {
  change,
  invitationFields,
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
const errorFields = `... on Error { code message } ... on InvalidInputError { field reason }`;
const offer = `query ($token: String!) { offeredMembership(token: $token) { __typename
  ... on OfferedMembership { merchantName email role hasAccount } ... on Error { code } } }`;

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
      input: { email: newAddress(), role: 'ANALYST' },
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
      [admin, 'inviteStaffMember', { email: newAddress(), role: 'OWNER' }, 'OWNER_REQUIRED'],
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
    const { email, id, invitation, token } = await invite(api, owner, { locale: 'de' });
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
    const again = await tokenOf(api, email);
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
    const { answer } = await join(api, again);
    expect(answer.data.acceptStaffInvitation.code).toBe('STAFF_INVITATION_REVOKED');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('of another merchant is not to be found', async () => {
    const { id } = await invite(api, owner);
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
