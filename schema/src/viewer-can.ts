/** Whether the viewer may use a field, by the very rule that stands on it. */
import { missingPermission } from '@4geeks/billing/access/rule';
import { portalPermissions, type Viewer as ViewerShape } from '@4geeks/billing/access/viewer';
import { GraphQLError, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { Viewer } from './viewer.ts';

const reasons = {
  SIGN_IN: 'Nobody is signed in.',
  MISSING_SCOPE: 'The role or the API key lacks the scope.',
  PERMISSION_OFF: 'The merchant has not switched the portal permission on.',
  NO_PLAN_OFFER: 'The portal session has no plans on offer.',
  NOT_FOR_VIEWER: 'It is for other kinds of viewer.',
} as const;
type Reason = keyof typeof reasons;

const AccessReason = builder.enumType('AccessReason', {
  description: 'Why a field is closed to a viewer.',
  values: Object.fromEntries(
    Object.entries(reasons).map(([name, description]) => [name, { description }]),
  ) as Record<Reason, { description: string }>,
});

const AccessAnswer = builder
  .objectRef<{ field: string; missing: string | null }>('AccessAnswer')
  .implement({
    description: 'Whether a field is open to the viewer right now.',
    access: 'inherits',
    fields: (t) => ({
      field: t.exposeString('field', { description: 'As asked for.' }),
      allowed: t.boolean({
        description: 'Whether the viewer may use it. Which rows they see is another question.',
        resolve: ({ missing }) => missing === null,
      }),
      missing: t.exposeString('missing', {
        nullable: true,
        description:
          'The scope, portal permission or grant of the session that is missing, as in the `permission` of a FORBIDDEN error. Null when allowed.',
      }),
      reason: t.field({
        type: AccessReason,
        nullable: true,
        description: 'What kind of thing is missing. Null when allowed.',
        resolve: ({ missing }) => (missing === null ? null : reasonOf(missing)),
      }),
    }),
  });

function reasonOf(missing: string): Reason {
  if (missing === 'SIGN_IN') return 'SIGN_IN';
  if ((portalPermissions as readonly string[]).includes(missing)) return 'PERMISSION_OFF';
  if (missing === 'PLAN_OFFER') return 'NO_PLAN_OFFER';
  return missing.startsWith('NOT_FOR_') ? 'NOT_FOR_VIEWER' : 'MISSING_SCOPE';
}

builder.objectField(Viewer, 'can', (t) =>
  t.field({
    type: AccessAnswer,
    description:
      'Whether the viewer may use a field, so that a client can show an option, or say why it is missing. Asks the rule that is enforced.',
    args: {
      field: t.arg.string({
        required: true,
        description: 'Type and field: `Mutation.cancelSubscription`, `Customer.invoices`.',
      }),
    },
    resolve: (viewer, { field }, _context, { schema }) => ({
      field,
      missing: missingFor(viewer, schema, field),
    }),
  }),
);

/** @returns null when `viewer` may use the field. */
function missingFor(viewer: ViewerShape, schema: GraphQLSchema, coordinate: string): string | null {
  const [typeName = '', fieldName = '', ...rest] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field =
    rest.length === 0 && (isObjectType(type) || isInterfaceType(type))
      ? type.getFields()[fieldName]
      : undefined;
  if (!field) {
    throw new GraphQLError('There is no such field. Name it as Type.field.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const { access, accessToResult } = field.extensions;
  for (const rule of [access, accessToResult]) {
    const missing = rule && rule !== 'inherits' ? missingPermission(viewer, rule) : null;
    if (missing !== null) return missing;
  }
  return null;
}
