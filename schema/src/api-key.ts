/** API keys: what programs come in with. Made, seen and ended by staff alone. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { apiKeysVisibleTo } from '@4geeks/billing/api-key/access';
import { createApiKey } from '@4geeks/billing/api-key/create-api-key';
import { revokeApiKey } from '@4geeks/billing/api-key/revoke-api-key';
import { rotateApiKey } from '@4geeks/billing/api-key/rotate-api-key';
import { updateApiKey } from '@4geeks/billing/api-key/update-api-key';
import type { ApiKey as ApiKeyRow } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { MerchantMode } from './merchant.ts';

const access: AccessRule = { staff: 'api-keys:read' };
const mayWrite: AccessRule = { staff: 'api-keys:write' };

const ApiKeyStatus = builder.enumType('ApiKeyStatus', {
  description: 'Whether a key opens anything.',
  values: {
    ACTIVE: { description: 'It does.' },
    EXPIRED: { description: 'Its time is over.' },
    REVOKED: { description: 'Somebody ended it.' },
  } as const,
});

export const ApiKey = builder.prismaObject('ApiKey', {
  description:
    'What a program comes in with: `Authorization: Bearer sk_test_...`. The key itself is shown once, when it is created or rotated.',
  access,
});

addNode(ApiKey, { model: 'apiKey', access, visibleTo: apiKeysVisibleTo });

builder.prismaObjectFields(ApiKey, (t) => ({
  name: t.exposeString('name', { access, description: 'What it is for.' }),
  mode: t.expose('mode', {
    type: MerchantMode,
    access,
    description: 'That of its merchant: a key of a sandbox never moves real money.',
  }),
  prefix: t.exposeString('prefix', { access, description: 'How the key begins.' }),
  last4: t.exposeString('last4', {
    access,
    description: 'How it ends. Empty for keys made before this was kept.',
  }),
  scopes: t.exposeStringList('scopes', { access, description: 'What it may do.' }),
  status: t.field({
    type: ApiKeyStatus,
    access,
    description: 'Whether it opens anything now.',
    resolve: ({ revokedAt, expiresAt }, _args, { billing }) => {
      if (revokedAt) return 'REVOKED' as const;
      return expiresAt && expiresAt <= billing.clock.now() ? 'EXPIRED' : 'ACTIVE';
    },
  }),
  expiresAt: t.expose('expiresAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Exclusive. Null: it works until it is revoked.',
  }),
  lastUsedAt: t.expose('lastUsedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'To the minute. Null: never used.',
  }),
  rotatedAt: t.expose('rotatedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it got the secret it has now. Null: when it was made.',
  }),
  previousExpiresAt: t.expose('previousExpiresAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Until when the secret before the last rotation works. Null: there is none.',
  }),
  revokedAt: t.expose('revokedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was revoked.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
}));

builder.queryFields((t) => ({
  apiKeys: t.prismaConnection({
    type: ApiKey,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's API keys, newest first; those that have ended, too.",
    totalCount: (_root, _args, { billing, viewer }) =>
      billing.database.apiKey.count({ where: apiKeysVisibleTo(viewer) }),
    resolve: (query, _root, _args, { billing, viewer }) =>
      billing.database.apiKey.findMany({
        ...query,
        where: apiKeysVisibleTo(viewer),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  }),
}));

const IssuedApiKey = builder
  .objectRef<{ apiKey: ApiKeyRow; key: string }>('IssuedApiKey')
  .implement({
    description: 'A key with its secret: the only time that it is shown.',
    access: 'inherits',
    fields: (t) => ({
      apiKey: t.prismaField({
        type: ApiKey,
        access,
        nullable: true,
        description: 'What is kept of it.',
        resolve: (query, { apiKey }, _args, { billing }) =>
          billing.database.apiKey.findUniqueOrThrow({ ...query, where: { id: apiKey.id } }),
      }),
      secret: t.exposeString('key', {
        description: 'The key itself. Keep it where secrets are kept: nobody can show it again.',
      }),
    }),
  });

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for; at most 80 characters.' }),
    scopes: t.stringList({
      required: true,
      description:
        'What it may do, as `noun:verb`: never more than whoever creates it. The scopes api-keys:* and staff:* are for people alone.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'In the future. Absent: it works until it is revoked.',
    }),
  }),
});

const RotateApiKeyInput = builder.inputType('RotateApiKeyInput', {
  fields: (t) => ({
    apiKeyId: t.globalID({ for: ApiKey, required: true }),
    overlapHours: t.int({
      description: 'How long the old secret goes on working: 0 to 168 hours. Absent: 24.',
    }),
  }),
});

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  fields: (t) => ({ apiKeyId: t.globalID({ for: ApiKey, required: true }) }),
});

const UpdateApiKeyInput = builder.inputType('UpdateApiKeyInput', {
  fields: (t) => ({
    apiKeyId: t.globalID({ for: ApiKey, required: true }),
    name: t.string({ required: true, description: 'At most 80 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: IssuedApiKey,
    nullable: true,
    access: mayWrite,
    description: 'Makes a key for a program. Its secret is in this answer, and nowhere else.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) => createApiKey(billing, viewer, input),
  }),
  rotateApiKey: t.field({
    type: IssuedApiKey,
    nullable: true,
    access: mayWrite,
    description:
      'Gives a key a new secret. The old one works for the overlap, so that programs can change over.',
    errors: { types: [NotFoundError, InvalidInputError, ConflictError] },
    args: { input: t.arg({ type: RotateApiKeyInput, required: true }) },
    resolve: (_root, { input: { apiKeyId, overlapHours } }, { billing, viewer }) =>
      rotateApiKey(billing, viewer, { apiKeyId: apiKeyId.id, overlapHours }),
  }),
  revokeApiKey: t.field({
    type: ApiKey,
    nullable: true,
    access: mayWrite,
    description: 'Ends a key at once and for good, both of its secrets.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      revokeApiKey(billing, viewer, { apiKeyId: input.apiKeyId.id }),
  }),
  updateApiKey: t.field({
    type: ApiKey,
    nullable: true,
    access: mayWrite,
    description: 'Gives a key another name.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdateApiKeyInput, required: true }) },
    resolve: (_root, { input: { apiKeyId, name } }, { billing, viewer }) =>
      updateApiKey(billing, viewer, { apiKeyId: apiKeyId.id, name }),
  }),
}));
