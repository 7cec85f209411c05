/**
 * Checks the finished schema: every field has a rule, and a denial always has somewhere to put its
 * null. A field that a viewer of its type may be denied must be nullable, or the denial would take
 * the whole object with it.
 */
import {
  getNamedType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessRule } from '@4geeks/billing/access/rule';
import { implies, isOpen, type FieldAccess } from './field-access.ts';

/** @throws Error that lists every fault. */
export function checkAccess(schema: GraphQLSchema): void {
  const faults: string[] = [];
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    const isRoot = roots.includes(type as never);
    const ofType = type.extensions.access as FieldAccess | undefined;
    if (!ofType && !isRoot) faults.push(`${type.name} has no access rule.`);

    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const access = field.extensions.access as FieldAccess | undefined;
      if (field.extensions.sameForAll) {
        for (const closed of notOpenBehind(field, name)) {
          faults.push(`${name} is the same for all, so ${closed} must be open to everybody.`);
        }
      }
      if (!access) {
        faults.push(`${name} has no access rule.`);
      } else if (access !== 'inherits') {
        if (isNonNullType(field.type) && mayBeDenied(access, isRoot ? undefined : ofType)) {
          faults.push(`${name} may be denied, so it must be nullable.`);
        }
        // What a viewer asks about itself is null for whoever it is not about.
        if (ofType === 'inherits' && !isNonNullType(field.type)) continue;
        if (field.extensions.accessToResult) continue;
        for (const noun of nounsBehind(field)) {
          const base = noun.extensions.access as FieldAccess | undefined;
          if (base && base !== 'inherits' && !implies(access, base)) {
            faults.push(`${name} is open to viewers who may not know of its ${noun.name}.`);
          }
        }
      }
    }
  }
  if (faults.length > 0) throw new Error(`Access rules:\n  ${faults.join('\n  ')}`);
}

function mayBeDenied(access: AccessRule, ofType: FieldAccess | undefined): boolean {
  if (ofType === undefined || ofType === 'inherits') return !implies({ anonymous: true }, access);
  return !implies(ofType, access);
}

/** The nouns a field leads to: through connections and edges, and error unions' first members. */
function nounsBehind(field: GraphQLField<unknown, unknown>): GraphQLNamedType[] {
  const type = getNamedType(field.type);
  if (isUnionType(type)) return [...type.getTypes()];
  if (!isObjectType(type)) return [];
  const through = type.getFields().edges ?? (type.name.endsWith('Edge') && type.getFields().node);
  return through ? nounsBehind(through) : [type];
}

/** Names of the fields that a field leads to, itself included, and that not everybody may use. */
function notOpenBehind(
  first: GraphQLField<unknown, unknown>,
  firstName: string,
  seen = new Set<GraphQLNamedType>(),
): string[] {
  const access = first.extensions.access as FieldAccess | undefined;
  const own = access && access !== 'inherits' && !isOpen(access) ? [firstName] : [];
  const type = getNamedType(first.type);
  if (seen.has(type)) return own;
  seen.add(type);
  const types = isUnionType(type) ? type.getTypes() : isObjectType(type) ? [type] : [];
  const behind = types.flatMap((each) =>
    Object.values(each.getFields()).flatMap((field) =>
      notOpenBehind(field, `${each.name}.${field.name}`, seen),
    ),
  );
  return [...own, ...behind, ...(isInterfaceType(type) ? [`${type.name} (an interface)`] : [])];
}
