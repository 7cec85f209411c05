/** The schema builder: plugins, scopes, scalars. No types. */
import { missingPermission, type AccessRule } from '@4geeks/billing/access/rule';
import { getDatamodel } from '@4geeks/prisma/pothos-types';
import type PrismaTypes from '@4geeks/prisma/pothos-types';
import SchemaBuilder, { PothosValidationError } from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin, { decodeGlobalID } from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin from '@pothos/plugin-validation';
import AccessPlugin, { everyone } from './access/access-plugin.ts';
import { deniedError, inputValidationError } from './client-errors.ts';
import { priceOfField } from './complexity.ts';
import StandardDescriptionsPlugin from './standard-descriptions.ts';
import type { Context } from './context.ts';
import CursorsPlugin from './cursors.ts';
import RefusalsPlugin from './refusals-plugin.ts';
import { addScalars, type Scalars } from './scalars.ts';
import './last-rows.ts';
import './short-cuts.ts';

/** Every id of ours is one. */
function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

/** Rows of one page: when not asked for, and at most. */
export const defaultPageSize = 20;
export const maxPageSize = 100;

function pageSize(from: string): string {
  return `${from}: how many, 1 to ${maxPageSize}. Default ${defaultPageSize}.`;
}

export const globalIdDescription = 'Global id: says what it names, and is not to be taken apart.';

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  Scalars: Scalars;
  AuthScopes: { may: AccessRule; maySeeResult: AccessRule };
  DefaultAuthStrategy: 'all';
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
}>({
  // The outermost first: price, then errors into unions, then what is refused, then access, then
  // everything else.
  // `unguarded` stands within scope-auth, `columns` around Prisma's plugin, `ownResolvers` within all.
  plugins: [
    ComplexityPlugin,
    StandardDescriptionsPlugin,
    ErrorsPlugin,
    RefusalsPlugin,
    AccessPlugin,
    ScopeAuthPlugin,
    'unguarded',
    RelayPlugin,
    DataloaderPlugin,
    'columns',
    'lastRows',
    CursorsPlugin,
    PrismaPlugin,
    ValidationPlugin,
    'ownResolvers',
  ],
  defaultFieldNullability: false,
  scopeAuth: {
    defaultStrategy: 'all',
    authScopes: ({ viewer }) => {
      const may = (rule: AccessRule) => missingPermission(viewer, rule) === null;
      return { may, maySeeResult: may };
    },
    unauthorizedError: (_parent, { viewer }, info) => {
      const { access, accessToResult } =
        info.parentType.getFields()[info.fieldName]?.extensions ?? {};
      const missing = [access, accessToResult]
        .map((rule) => rule && rule !== 'inherits' && missingPermission(viewer, rule))
        .find(Boolean);
      return deniedError(viewer, missing || 'SIGN_IN');
    },
  },
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName[0]?.toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  prisma: {
    client: ({ billing }) => billing.database,
    dmmf: getDatamodel(),
    defaultConnectionSize: defaultPageSize,
    maxConnectionSize: maxPageSize,
    filterConnectionTotalCount: true,
  },
  relay: {
    decodeGlobalID: (globalId) => {
      const { typename, id } = decodeGlobalID(globalId);
      if (!isUuid(id)) throw new PothosValidationError(`Invalid global ID: ${globalId}`);
      return { typename, id };
    },
    cursorType: 'String',
    edgesFieldOptions: { nullable: false, description: 'In the order of the list.' },
    nodeFieldOptions: { nullable: false, description: 'What stands there.' },
    cursorFieldOptions: { description: 'Where it stands: for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Where the page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follow.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are others before it.' },
    startCursorFieldOptions: { description: 'Of its first item: for `before`.' },
    endCursorFieldOptions: { description: 'Of its last item: for `after`.' },
    firstArgOptions: { description: pageSize('From the beginning, or from `after` on') },
    lastArgOptions: { description: pageSize('From the end, or up to `before`') },
    afterArgOptions: { description: 'A cursor: only what comes after it.' },
    beforeArgOptions: { description: 'A cursor: only what comes before it.' },
    idFieldOptions: { description: globalIdDescription },
    defaultConnectionTypeOptions: { access: 'inherits', description: 'A page of a list.' },
    defaultEdgeTypeOptions: { access: 'inherits', description: 'One item of a page.' },
    pageInfoTypeOptions: {
      access: 'inherits',
      description: 'Where a page stands in its list.',
    },
    nodeTypeOptions: { access: 'inherits', description: 'Anything with a global id.' },
    nodeQueryOptions: {
      access: everyone,
      args: { id: { description: 'A global id, as any `id` is.' } },
      description: 'Anything by its global id. Null when it does not exist or is not yours to see.',
    },
    nodesQueryOptions: {
      access: everyone,
      args: { ids: { description: 'Global ids, each priced as a read of its own.' } },
      description: 'Several by their global ids, in the order asked for.',
    },
  },
  // Prices only: the server adds them up and refuses before anything is executed.
  complexity: { fieldComplexity: priceOfField, disabled: true },
  validation: { validationError: inputValidationError },
});

addScalars(builder);

builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description:
    'Everything that can be changed. An expected outcome (a declined card, a wrong code) is a member of the result; a missing permission is an error with code FORBIDDEN, and nothing changes.',
});
// `Subscription` is what customers buy; the operation type has a name of its own.
builder.subscriptionType({
  name: 'LiveSubscription',
  description:
    'Live subscriptions. The first message is the current state; every later one is the state after a change. Rights are checked again at every message.',
});
