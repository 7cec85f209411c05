/** Whatever is asked of it, the executor answers as graphql's own does. */
import {
  buildSchema,
  execute as executeByGraphql,
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute } from './execute.ts';

const schema = buildSchema(`
  type Query {
    hello(name: String = "world", times: Int): String
    person: Person
    people(first: Int!): [Person!]
    mixed: [Being]
    being(kind: String): Being
    thing(kind: String): Thing
    numbers: [Int]
    matrix: [[Int!]]
    strict: Person!
    wrongList: [Int]
    notNumbers: [Int]
    color: Color
  }
  type Mutation { add(by: Int!): Total  fail: Total }
  type Total { total: Int! }
  enum Color { RED GREEN }
  interface Being { name: String  friend: Being }
  type Person implements Being {
    name: String
    friend: Being
    later: String
    refused: String
    refusedLater: String
    must: String!
    mustFail: String!
    mustFailLater: String!
    nothing: String!
    children: [Person!]!
    troubled: [Person]
    strictlyTroubled: [Person!]
    troubledAtOnce: [Person!]
    tags(of: [String!]): [String]
  }
  type Robot implements Being { name: String friend: Being model: String }
  union Thing = Person | Robot
`);

const later = <Value>(value: Value, turns = 1): Promise<Value> =>
  turns === 0 ? Promise.resolve(value) : Promise.resolve().then(() => later(value, turns - 1));
const person = (name: string) => ({ kind: 'Person', name });

type Resolve = (...given: never[]) => unknown;
const resolvers: Record<string, Record<string, Resolve>> = {
  Query: {
    hello: (_source, { name, times }: { name: string; times?: number }) =>
      `hello ${name}`.repeat(times ?? 1),
    person: () => person('Ada'),
    people: async (_source, { first }: { first: number }) =>
      later(Array.from({ length: first }, (_, index) => person(`Person ${index}`))),
    mixed: () => [
      person('Ada'),
      later({ kind: 'Robot', name: 'R', model: 'M1' }),
      null,
      new Error('no such being'),
      Promise.reject(new Error('gone')),
    ],
    being: (_source, { kind }: { kind?: string }) => ({ kind, name: 'Somebody' }),
    thing: (_source, { kind }: { kind?: string }) => later({ kind, name: 'Something' }),
    numbers: () => new Set([1, 2, 3]),
    matrix: () => [[1, 2], null, [3, null], later([4, later(5)])],
    strict: () => person('Strict'),
    wrongList: () => 'no list',
    notNumbers: () => [1, 'two', 3.5, null],
    color: () => 'BLUE',
  },
  Mutation: {
    add: async (counter: { total: number }, { by }: { by: number }) => {
      const before = counter.total;
      await later(null, by);
      counter.total = before + by;
      return { total: counter.total };
    },
    fail: () => {
      throw new GraphQLError('refused', { extensions: { code: 'REFUSED' } });
    },
  },
  Person: {
    friend: ({ name }: { name: string }) =>
      name.length > 20 ? null : { kind: 'Robot', name: `${name}'s friend`, model: 'M2' },
    later: ({ name }: { name: string }) => later(`later ${name}`, 3),
    refused: () => {
      throw new Error('refused');
    },
    refusedLater: () => later(null, 2).then(() => Promise.reject(new Error('refused later'))),
    must: () => 'must',
    mustFail: () => {
      throw new Error('must fail');
    },
    mustFailLater: () => later(null).then(() => Promise.reject(new Error('must fail later'))),
    nothing: () => null,
    children: ({ name }: { name: string }) => [person(`${name} I`), later(person(`${name} II`))],
    troubled: () => [person('x'), null, new Error('trouble'), later(new Error('later trouble'))],
    strictlyTroubled: () => [person('x'), later(null, 2)],
    troubledAtOnce: () => [
      null,
      Promise.reject(new Error('unheard')),
      later(null, 2).then(() => Promise.reject(new Error('unheard later'))),
    ],
    tags: (_source, { of }: { of?: string[] }) => of ?? null,
  },
};

for (const type of Object.values(schema.getTypeMap())) {
  if (isInterfaceType(type) || type.name === 'Thing') {
    Object.assign(type, { resolveType: ({ kind }: { kind: string }) => kind });
  }
  if (isObjectType(type)) {
    for (const [name, resolve] of Object.entries(resolvers[type.name] ?? {})) {
      Object.assign(type.getFields()[name] as object, { resolve });
    }
  }
}
// Said of itself, and asked later.
Object.assign(schema.getType('Robot') as object, {
  isTypeOf: ({ kind }: { kind: string }) => later(kind === 'Robot'),
});

async function both(args: Omit<ExecutionArgs, 'schema' | 'document'> & { text: string }) {
  const { text, ...rest } = args;
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const rootValue = () => ({ total: 0 });
  return {
    // Twice: the second time along the plan that is known by then.
    ours: [
      comparable(await execute({ schema, document, rootValue: rootValue(), ...rest })),
      comparable(await execute({ schema, document, rootValue: rootValue(), ...rest })),
    ],
    graphql: comparable(
      await executeByGraphql({ schema, document, rootValue: rootValue(), ...rest }),
    ),
  };
}

/** Errors in any order: they come as they happen. */
function comparable({ data, errors }: ExecutionResult) {
  return {
    data: JSON.stringify(data),
    errors: errors
      ?.map(({ message, path, locations, extensions }) =>
        JSON.stringify({ message, path, locations, extensions }),
      )
      .toSorted(),
  };
}

const everything = `
  name later must tags(of: ["a", "b"])
  friend { __typename name ... on Robot { model } }
  children { name later friend { name } }
`;

const cases: Record<string, string | [text: string, variables: Record<string, unknown>]> = {
  'fields, aliases, the order asked for': `{ b: hello a: hello(name: "you") person { later name } numbers color: hello }`,
  'arguments from variables, defaults, null': [
    `query ($name: String, $times: Int = 2) { hello(name: $name, times: $times) other: hello(times: $times) }`,
    { name: null },
  ],
  'the same list in other pages': [
    `query ($n: Int!) { people(first: $n) { name } all: people(first: 3) { ${everything} } }`,
    { n: 2 },
  ],
  'fields merged from fragments': `
    { person { ...A friend { name } ...B ... { must } } }
    fragment A on Person { friend { ... on Robot { model } } children { name } }
    fragment B on Being { name friend { friend { name } } ...A }
  `,
  'skip and include': [
    `query ($yes: Boolean!, $no: Boolean = false) {
      person { name @skip(if: $yes) later @include(if: $no) must @include(if: true)
        ... @skip(if: $no) { friend { name } } ...F @include(if: $yes) }
    } fragment F on Person { tags(of: ["x"]) }`,
    { yes: true },
  ],
  'types that show only when there is a value': `{
    mixed { name __typename ... on Robot { model } ... on Person { must } }
    being(kind: "Robot") { name ... on Robot { model } }
    thing(kind: "Person") { ... on Person { name must } ... on Robot { model } }
  }`,
  introspection: `{ __typename __type(name: "Person") { name kind fields { name type { name ofType { name } } } } __schema { queryType { name } } }`,
  'errors beside what is well': `{ person { name refused refusedLater ${everything} } hello }`,
  'null where it may not stand': `{ person { name mustFail } a: person { children { mustFailLater } } b: person { nothing } hello }`,
  'null that takes all': `{ strict { mustFailLater name } hello }`,
  'lists with trouble': `{ person { troubled { name } strictlyTroubled { name } } matrix notNumbers wrongList numbers }`,
  'lists that fail before all of them is there': `{ person { name troubledAtOnce { name later } } hello }`,
  'no list of what it should be': `{ person { name strictlyTroubled { mustFail } } color }`,
  'a name that objects have of their own': `{ __proto__: hello constructor: hello person { toString: name } }`,
  'changes, one after the other': `mutation { first: add(by: 3) { total } second: add(by: 1) { total } third: add(by: 2) { total } }`,
  'a change that is refused': `mutation { first: add(by: 1) { total } fail { total } last: add(by: 1) { total } }`,
  'variables that do not fit': [`query ($n: Int!) { people(first: $n) { name } }`, { n: 'three' }],
  'a variable that is missing': [`query ($n: Int!) { people(first: $n) { name } }`, {}],
};

describe('execute', () => {
  it.each(Object.entries(cases))('%s', async (_name, given) => {
    const [text, variableValues] = typeof given === 'string' ? [given, {}] : given;
    const { ours, graphql } = await both({ text, variableValues });
    expect(ours).toEqual([graphql, graphql]);
  });

  it('answers at once when nothing waits', () => {
    const result = execute({ schema, document: parse('{ hello person { name must } }') });
    expect(result).toEqual({
      data: { hello: 'hello world', person: { name: 'Ada', must: 'must' } },
    });
  });

  it('executes the operation that is named', async () => {
    const text = 'query A { hello } query B { person { name } }';
    for (const operationName of ['A', 'B', 'C', undefined]) {
      const { ours, graphql } = await both({ text, operationName });
      expect(ours).toEqual([graphql, graphql]);
    }
  });

  it('goes by the conditions of each request', async () => {
    const document = parse('query ($a: Boolean!) { hello @include(if: $a) person { name } }');
    for (const a of [true, false, true]) {
      const result = await execute({ schema, document, variableValues: { a } });
      expect(Object.keys(result.data ?? {})).toEqual(a ? ['hello', 'person'] : ['person']);
    }
  });

  it('gives every request its own arguments', async () => {
    const document = parse('query ($name: String) { hello(name: $name) }');
    const answers = ['a', 'b'].map((name) =>
      execute({ schema, document, variableValues: { name } }),
    );
    expect(await Promise.all(answers)).toEqual([
      { data: { hello: 'hello a' } },
      { data: { hello: 'hello b' } },
    ]);
  });

  it('calls no further resolver once it is ended', async () => {
    const abort = new AbortController();
    const called: string[] = [];
    const Query: GraphQLObjectType = new GraphQLObjectType({
      name: 'Query',
      fields: () => ({
        first: {
          type: Query,
          resolve: async () => {
            called.push('first');
            await later(null);
            abort.abort(new Error('ended'));
            return {};
          },
        },
      }),
    });
    const result = await execute({
      schema: new GraphQLSchema({ query: Query }),
      document: parse('{ first { first { first { __typename } } } }'),
      signal: abort.signal,
    });
    expect(called).toEqual(['first']);
    expect(result.errors?.map(({ message }) => message)).toEqual(['ended']);
  });

  it('refuses a value of a type that there is not', async () => {
    for (const kind of ['Ghost', 'Color', 'Total', undefined]) {
      const document = parse('query ($kind: String) { hello thing(kind: $kind) { __typename } }');
      const result = await execute({ schema, document, variableValues: { kind } });
      expect(result.data).toEqual({ hello: 'hello world', thing: null });
      expect(result.errors).toMatchObject([{ path: ['thing'] }]);
    }
  });

  it('tells resolvers of their field', async () => {
    const facts: unknown[] = [];
    const Item: GraphQLObjectType = new GraphQLObjectType({
      name: 'Item',
      fields: () => ({
        self: {
          type: Item,
          resolve: (_source, _args, _context, info) => {
            const { fieldName, parentType, returnType, path, operation, variableValues } = info;
            facts.push([fieldName, parentType.name, String(returnType), pathKeys(path)]);
            facts.push([operation.name?.value, { ...variableValues.coerced }]);
            return {};
          },
        },
      }),
    });
    const Query = new GraphQLObjectType({
      name: 'Query',
      fields: { items: { type: Item, resolve: () => ({}) } },
    });
    const result = await execute({
      schema: new GraphQLSchema({ query: Query }),
      document: parse('query Facts($x: String = "1") { items { me: self { __typename } } }'),
    });
    expect(result).toEqual({ data: { items: { me: { __typename: 'Item' } } } });
    expect(facts).toEqual([
      ['self', 'Item', 'Item', ['items', 'me']],
      ['Facts', { x: '1' }],
    ]);
  });
});

function pathKeys(path: { prev: unknown; key: string | number } | undefined): unknown[] {
  return path ? [...pathKeys(path.prev as typeof path), path.key] : [];
}
