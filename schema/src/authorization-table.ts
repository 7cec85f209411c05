/** The permission table: every field, and what it asks of each kind of viewer. */
import { scopes, scopesOfRole } from '@4geeks/billing/access/viewer';
import type { AccessRule } from '@4geeks/billing/access/rule';
import {
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { demandOn, viewerKinds, type FieldAccess, type RuleKind } from './access/field-access.ts';

const headings: Record<RuleKind, string> = {
  staff: 'Staff',
  apiKey: 'API key',
  portal: 'Customer in the portal',
  anonymous: 'Not signed in',
};

const introduction = `# Authorization

Generated from the schema by \`pnpm generate:schema\`: do not edit.

What each field asks of whoever uses it. **yes**: nothing more. A name: staff need a role with that
scope, an API key needs the scope, a customer needs the merchant to have switched the permission on;
\`PLAN_OFFER\` is what a portal session brings with it that was made with plans on offer.
**no**: never. Two names: both. A denied field is null, with an error whose code is FORBIDDEN and
whose \`permission\` is the name that is missing (UNAUTHENTICATED for whoever is not signed in); a
denied mutation changes nothing. Which *rows* a viewer sees is another question: staff and API keys
those of their merchant, customers their own.`;

/** Markdown. */
export function authorizationTable(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !isIntrospectionType(type))
    .sort((a, b) => a.name.localeCompare(b.name, 'en')) as GraphQLObjectType[];
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const inherits = (type: GraphQLObjectType) => type.extensions.access === 'inherits';
  const rootTypes = types.filter((type) => roots.includes(type));
  const nouns = types.filter((type) => !roots.includes(type) && !inherits(type));
  // Of the types that inherit, those with fields that do not.
  const mixed = types.filter((type) => inherits(type) && ruled(type).length > 0);
  const values = types.filter((type) => inherits(type));

  return [
    introduction,
    '## Scopes of staff roles',
    rolesTable(),
    ...[...rootTypes, ...nouns, ...mixed].flatMap((type) => [`## ${type.name}`, typeTable(type)]),
    '## Values',
    `Open to whoever may use the field that returned them, but for fields listed above: ${values
      .map(({ name }) => name)
      .join(', ')}.`,
    '',
  ].join('\n\n');
}

function ruled(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields())
    .filter(({ extensions }) => extensions.access !== 'inherits')
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function typeTable(type: GraphQLObjectType): string {
  const fromInterfaces = Object.values(type.getFields()).length > ruled(type).length;
  const rows = ruled(type).map((field) => [
    `\`${field.name}\``,
    ...viewerKinds.map((kind) => cell(field, kind)),
  ]);
  const note =
    fromInterfaces && !isInterfaceType(type) && type.extensions.access !== 'inherits'
      ? '\n\nOther fields are open to whoever may use the field that returned the object.'
      : '';
  return table(['Field', ...viewerKinds.map((kind) => headings[kind])], rows) + note;
}

function cell({ extensions }: GraphQLField<unknown, unknown>, kind: RuleKind): string {
  const demands = [extensions.access, extensions.accessToResult]
    .filter((access): access is AccessRule => !!access && (access as FieldAccess) !== 'inherits')
    .map((rule) => demandOn(rule, kind));
  if (demands.includes(undefined)) return 'no';
  const names = demands.filter((demand) => demand !== true);
  return names.length === 0 ? 'yes' : [...new Set(names)].map((name) => `\`${name}\``).join(' ');
}

function rolesTable(): string {
  const roles = Object.keys(scopesOfRole) as (keyof typeof scopesOfRole)[];
  return table(
    ['Scope', ...roles],
    scopes.map((scope) => [
      `\`${scope}\``,
      ...roles.map((role) => (scopesOfRole[role].includes(scope) ? 'yes' : 'no')),
    ]),
  );
}

/** Padded as Prettier pads tables, so that formatting never changes the file. */
function table(heading: readonly string[], rows: readonly string[][]): string {
  const widths = heading.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
