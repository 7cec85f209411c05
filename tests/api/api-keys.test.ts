/** API keys over HTTP: made, rotated and revoked by staff; used by programs. */
import { apiKeyScopes } from '@4geeks/billing/access/viewer';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const owner = await api.staff(merchant);

const keyFields = `id name mode prefix last4 scopes status expiresAt lastUsedAt rotatedAt
  previousExpiresAt revokedAt createdAt`;
const result = `__typename ... on IssuedApiKey { secret apiKey { ${keyFields} } }
  ... on Error { code } ... on InvalidInputError { reason }`;

async function create(input: object, staff: GraphqlClient = owner): Promise<Data> {
  const { createApiKey } = await staff.data(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ${result} } }`,
    { input: { name: 'Shop', scopes: ['customers:read'], ...input } },
  );
  return createApiKey;
}

async function rotate(apiKeyId: string, overlapHours?: number): Promise<Data> {
  const { rotateApiKey } = await owner.data(
    `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { ${result} } }`,
    { input: { apiKeyId, overlapHours } },
  );
  return rotateApiKey;
}

async function revoke(apiKeyId: string): Promise<Data> {
  const { revokeApiKey } = await owner.data(
    `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
      __typename ... on ApiKey { status revokedAt } ... on Error { code } } }`,
    { input: { apiKeyId } },
  );
  return revokeApiKey;
}

async function read(id: string): Promise<Data> {
  const { node } = await owner.data(
    `query ($id: ID!) { node(id: $id) { ... on ApiKey { ${keyFields} } } }`,
    { id },
  );
  return node;
}

const withKey = (key: string) => api.client({ headers: { authorization: `Bearer ${key}` } });

async function opens(key: string): Promise<boolean> {
  const { status, data } = await withKey(key).request('{ viewer { kind } }');
  return status === 200 && data.viewer.kind === 'API_KEY';
}

const eventsOf = (of: SeededMerchant, type: string) =>
  api.app.database.event.findMany({ where: { merchantId: of.id, type } });

describe('a new key', () => {
  it('is shown once, and then by its beginning and end', async () => {
    const { secret, apiKey } = await create({
      name: ' Shop ',
      scopes: ['invoices:read', 'customers:read'],
    });
    expect(secret).toMatch(/^sk_test_[0-9A-Za-z]{36}$/);
    expect(apiKey).toMatchObject({
      name: 'Shop',
      mode: 'SANDBOX',
      prefix: secret.slice(0, 12),
      last4: secret.slice(-4),
      scopes: ['customers:read', 'invoices:read'],
      status: 'ACTIVE',
      expiresAt: null,
      lastUsedAt: null,
      previousExpiresAt: null,
    });
    const { apiKeys } = await owner.data(
      `{ apiKeys { totalCount edges { node { ${keyFields} } } } }`,
    );
    expect(apiKeys.edges[0].node).toEqual(apiKey);
    expect(apiKeys.totalCount).toBe(await api.app.database.apiKey.count());
    expect(JSON.stringify(apiKeys)).not.toContain(secret);
    const [event] = (await eventsOf(merchant, 'api_key.created')).slice(-1);
    expect(event).toMatchObject({
      actorKind: 'STAFF',
      data: { name: 'Shop', last4: apiKey.last4 },
    });
    expect(JSON.stringify(event!.data)).not.toContain(secret);
    expect(await opens(secret)).toBe(true);
  });

  it('follows the mode of its merchant', async () => {
    const live = await api.seed.merchant({ mode: 'LIVE' });
    const { secret, apiKey } = await create({}, await api.staff(live));
    expect(secret).toMatch(/^sk_live_/);
    expect(apiKey.mode).toBe('LIVE');
  });

  it.each([
    [{ name: ' ' }, 'NAME_REQUIRED'],
    [{ name: 'x'.repeat(81) }, 'NAME_TOO_LONG'],
    [{ scopes: [] }, 'SCOPES_REQUIRED'],
    [{ scopes: ['customers:read', 'everything'] }, 'SCOPE_UNKNOWN'],
    [{ scopes: ['api-keys:write'] }, 'SCOPE_UNKNOWN'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'EXPIRES_AT_PAST'],
  ])('with %j is refused', async (input, reason) => {
    const before = await api.app.database.apiKey.count();
    expect(await create(input)).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      reason,
    });
    expect(await api.app.database.apiKey.count()).toBe(before);
  });

  it('is for owners and admins to make, and for no program, whatever its scopes', async () => {
    const program = await api.apiKey(merchant, apiKeyScopes);
    const support = await api.staff(merchant, 'SUPPORT');
    const analyst = await api.staff(merchant, 'ANALYST');
    const mutation = `mutation { createApiKey(input: { name: "x", scopes: ["events:read"] }) { __typename } }`;
    for (const [client, permission] of [
      [program, 'NOT_FOR_API_KEYS'],
      [support, 'api-keys:write'],
      [analyst, 'api-keys:write'],
    ] as const) {
      const { errors } = await client.request(mutation);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission } }]);
      expect((await client.request('{ apiKeys { totalCount } }')).data).toEqual({ apiKeys: null });
    }
    expect(await create({}, await api.staff(merchant, 'ADMIN'))).toMatchObject({
      __typename: 'IssuedApiKey',
    });
  });
});

describe('a key in use', () => {
  it('notes when, with one write a minute at most', async () => {
    const { secret, apiKey } = await create({});
    const lastUsed = async () => (await read(apiKey.id)).lastUsedAt;
    await opens(secret);
    const first = api.clock.now().toISOString();
    expect(new Date(await lastUsed()).toISOString()).toBe(first);
    api.clock.advance({ seconds: 59 });
    await Promise.all([opens(secret), opens(secret)]);
    expect(new Date(await lastUsed()).toISOString()).toBe(first);
    api.clock.advance({ seconds: 1 });
    await Promise.all(Array.from({ length: 5 }, () => opens(secret)));
    expect(new Date(await lastUsed()).toISOString()).toBe(api.clock.now().toISOString());
  });

  it('opens nothing once it has expired', async () => {
    const expiresAt = new Date(api.clock.now().getTime() + 3_600_000);
    const { secret, apiKey } = await create({ expiresAt });
    api.clock.advance({ minutes: 59, seconds: 59 });
    expect(await opens(secret)).toBe(true);
    api.clock.advance({ seconds: 1 });
    expect(await opens(secret)).toBe(false);
    expect((await read(apiKey.id)).status).toBe('EXPIRED');
    expect(await rotate(apiKey.id)).toEqual({
      __typename: 'ConflictError',
      code: 'API_KEY_EXPIRED',
    });
  });

  it('is renamed', async () => {
    const { apiKey } = await create({});
    const rename = `mutation ($input: UpdateApiKeyInput!) { updateApiKey(input: $input) {
      __typename ... on ApiKey { name } ... on Error { code } } }`;
    const { updateApiKey } = await owner.data(rename, {
      input: { apiKeyId: apiKey.id, name: 'Warehouse' },
    });
    expect(updateApiKey).toEqual({ __typename: 'ApiKey', name: 'Warehouse' });
    const [event] = (await eventsOf(merchant, 'api_key.updated')).slice(-1);
    expect(event!.data).toEqual({ name: 'Warehouse', previousName: 'Shop' });
  });
});

describe('rotating', () => {
  it('lets the old secret work for a day unless told otherwise', async () => {
    const { secret, apiKey } = await create({});
    const rotated = await rotate(apiKey.id);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.apiKey).toMatchObject({ id: apiKey.id, last4: rotated.secret.slice(-4) });
    const until = new Date(api.clock.now().getTime() + 24 * 3_600_000).toISOString();
    expect(new Date(rotated.apiKey.previousExpiresAt).toISOString()).toBe(until);
    expect([await opens(secret), await opens(rotated.secret)]).toEqual([true, true]);
    api.clock.advance({ hours: 23, minutes: 59 });
    expect(await opens(secret)).toBe(true);
    api.clock.advance({ minutes: 1 });
    expect([await opens(secret), await opens(rotated.secret)]).toEqual([false, true]);
  });

  it('with no overlap ends the old secret at once; a week is the most', async () => {
    const { secret, apiKey } = await create({});
    const rotated = await rotate(apiKey.id, 0);
    expect([await opens(secret), await opens(rotated.secret)]).toEqual([false, true]);
    const again = await rotate(apiKey.id, 168);
    expect(again.__typename).toBe('IssuedApiKey');
    for (const hours of [-1, 169]) {
      expect(await rotate(apiKey.id, hours)).toMatchObject({ reason: 'OVERLAP_INVALID' });
    }
  });

  it('again within the overlap ends the oldest secret', async () => {
    const { secret: first, apiKey } = await create({});
    const { secret: second } = await rotate(apiKey.id);
    const { secret: third } = await rotate(apiKey.id);
    expect([await opens(first), await opens(second), await opens(third)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('twice at once leaves two secrets that work, and no more', async () => {
    const { secret, apiKey } = await create({});
    const rotated = await Promise.all([rotate(apiKey.id), rotate(apiKey.id)]);
    const working = await Promise.all(rotated.map((each) => opens(each.secret)));
    expect(working).toEqual([true, true]);
    expect(await opens(secret)).toBe(false);
  });
});

describe('revoking', () => {
  it('ends both secrets, for good', async () => {
    const { secret, apiKey } = await create({});
    const rotated = await rotate(apiKey.id);
    const revoked = await revoke(apiKey.id);
    expect(revoked).toMatchObject({ __typename: 'ApiKey', status: 'REVOKED' });
    expect([await opens(secret), await opens(rotated.secret)]).toEqual([false, false]);
    expect(await revoke(apiKey.id)).toEqual(revoked);
    expect(await rotate(apiKey.id)).toEqual({
      __typename: 'ConflictError',
      code: 'API_KEY_REVOKED',
    });
    const events = await eventsOf(merchant, 'api_key.revoked');
    expect(
      events.filter(({ objectId }) => globalId('ApiKey', objectId) === apiKey.id),
    ).toHaveLength(1);
  });

  it('ends what the key listens to', async () => {
    const { secret, apiKey } = await create({
      scopes: ['customers:read', 'payments:read', 'invoices:read'],
    });
    const ada = await merchant.customer();
    const authorization = `Bearer ${secret}`;
    const program = api.client({ headers: { authorization }, connectionParams: { authorization } });
    const live = program.live(
      'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }',
      {
        id: globalId('Customer', ada.id),
      },
    );
    await live.next();
    await revoke(apiKey.id);
    await ada.enterCard('mastercard');
    const { errors } = await live.next();
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
  });

  it('is not for another merchant, to whom the key does not exist', async () => {
    const { secret, apiKey } = await create({});
    const stranger = await api.staff(await api.seed.merchant());
    for (const name of ['revokeApiKey', 'rotateApiKey', 'updateApiKey']) {
      const extra = name === 'updateApiKey' ? ', name: "x"' : '';
      const { [name]: answer } = await stranger.data(
        `mutation { ${name}(input: { apiKeyId: "${apiKey.id}"${extra} }) { __typename } }`,
      );
      expect(answer).toEqual({ __typename: 'NotFoundError' });
    }
    expect((await stranger.data(`{ node(id: "${apiKey.id}") { __typename } }`)).node).toBeNull();
    expect((await stranger.data('{ apiKeys { totalCount } }')).apiKeys.totalCount).toBe(0);
    expect(await opens(secret)).toBe(true);
  });
});

describe('a key that opens nothing', () => {
  const refusalOf = async (key: string, query = '{ viewer { kind } }') => {
    const { status, data, errors } = await withKey(key).request(query);
    return { status, data, errors };
  };

  it('is refused whole, the same way whatever became of it', async () => {
    const expired = await create({ expiresAt: new Date(api.clock.now().getTime() + 1000) });
    const revoked = await create({});
    await revoke(revoked.apiKey.id);
    const stranger = await api.seed.merchant();
    const elsewhere = await create({}, await api.staff(stranger));
    await api.app.database.apiKey.deleteMany({ where: { merchantId: stranger.id } });
    api.clock.advance({ seconds: 1 });
    const refusals = await Promise.all(
      [expired, revoked, elsewhere].map(({ secret }) => refusalOf(secret)),
    );
    for (const refusal of refusals) {
      expect(refusal).toEqual({
        status: 401,
        data: null,
        errors: [
          {
            message: expect.stringContaining('Settings > API keys'),
            extensions: { code: 'UNAUTHENTICATED', reason: 'API_KEY_INVALID' },
          },
        ],
      });
    }
  });

  it('because of a typo is told so', async () => {
    const { secret } = await create({});
    const typo = secret.slice(0, -1) + (secret.endsWith('x') ? 'y' : 'x');
    for (const key of [typo, secret.slice(0, 20), 'test_unknown', 'wrong']) {
      expect(await refusalOf(key, 'mutation { enablePortal { __typename } }')).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'API_KEY_MISTYPED' } }],
      });
    }
    const basic = await api
      .client({ headers: { authorization: `Basic ${btoa(`${secret}:`)}` } })
      .request('{ viewer { kind } }');
    expect(basic.status).toBe(401);
  });

  it('is refused over a socket too, and the socket goes on', async () => {
    const program = api.client({ connectionParams: { authorization: 'Bearer wrong' } });
    const live = program.live('subscription { customerBilling { name } }');
    await expect(live.next()).rejects.toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED', reason: 'API_KEY_MISTYPED' } },
    ]);
  });
});
