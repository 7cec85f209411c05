import type { AccessRule } from '@4geeks/billing/access/rule';
import { buildSchema, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkAccess } from './check-access.ts';
import { implies, type FieldAccess } from './field-access.ts';

const read: AccessRule = { staff: 'customers:read', apiKey: 'customers:read', portal: true };
const history: AccessRule = { ...read, portal: 'VIEW_PAYMENT_HISTORY' };

/** A schema whose types and fields carry the given rules. */
function schemaWith(sdl: string, rules: Record<string, FieldAccess>) {
  const schema = buildSchema(sdl);
  for (const [name, access] of Object.entries(rules)) {
    const [typeName = '', fieldName] = name.split('.');
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(typeName);
    const place = fieldName ? type.getFields()[fieldName]! : type;
    place.extensions = { access };
  }
  return schema;
}

describe('checkAccess', () => {
  it('refuses a field without a rule', () => {
    const schema = schemaWith('type Query { secret: String }', {});
    expect(() => checkAccess(schema)).toThrow('Query.secret has no access rule');
  });

  it('refuses a non-null field that a viewer of its type may be denied', () => {
    const sdl = (type: string) => `type Query { who: Who } type Who { name: ${type} }`;
    const rules = { 'Query.who': read, Who: read, 'Who.name': history };
    expect(() => checkAccess(schemaWith(sdl('String!'), rules))).toThrow(
      'Who.name may be denied, so it must be nullable',
    );
    expect(() => checkAccess(schemaWith(sdl('String'), rules))).not.toThrow();
  });

  it('refuses a way to a noun for viewers who may not know of it', () => {
    const schema = schemaWith(
      `type Query { all: All }
       type All { edges: [AllEdge!]! }
       type AllEdge { node: Who! }
       type Who { name: String! }`,
      {
        'Query.all': read,
        All: 'inherits',
        'All.edges': 'inherits',
        AllEdge: 'inherits',
        'AllEdge.node': 'inherits',
        Who: history,
        'Who.name': history,
      },
    );
    expect(() => checkAccess(schema)).toThrow('Query.all is open to viewers who may not know');
  });
});

describe('checkAccess of a live subscription that is the same for all', () => {
  const everybody: AccessRule = { anonymous: true };
  const sdl = `type Query { a: Int }
    type Subscription { face: Face }
    type Face { name: String, owner: Who }
    type Who { name: String, email: String }`;
  const open = {
    'Query.a': everybody,
    'Subscription.face': everybody,
    Face: everybody,
    'Face.name': everybody,
    'Face.owner': everybody,
    Who: everybody,
    'Who.name': everybody,
    'Who.email': everybody,
  };
  function check(rules: Record<string, FieldAccess>) {
    const schema = schemaWith(sdl, rules);
    const { face } = schema.getSubscriptionType()!.getFields();
    face!.extensions = { ...face!.extensions, sameForAll: true };
    return () => checkAccess(schema);
  }

  it('refuses a field behind it that not everybody may use', () => {
    expect(check(open)).not.toThrow();
    expect(check({ ...open, 'Who.email': history })).toThrow(
      'Subscription.face is the same for all, so Who.email must be open to everybody.',
    );
  });
});

describe('implies', () => {
  it.each([
    [read, read, true],
    [history, read, true],
    [read, history, false],
    [{ staff: true }, { staff: 'customers:read' }, false],
    [{ staff: 'customers:read' }, { anonymous: true }, true],
    [{ anonymous: true }, read, false],
  ] as const)('%j implies %j: %s', (rule, other, expected) => {
    expect(implies(rule, other)).toBe(expected);
  });
});
