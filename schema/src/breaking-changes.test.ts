import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';

import { breakingChanges, complaints, type DeclaredChange } from './breaking-changes.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

describe('the schema', () => {
  it('breaks nothing that was released, but what is declared', async () => {
    const changes = await breakingChanges(
      buildSchema(read('released.graphql')),
      buildSchema(read('schema.graphql')),
    );
    const declared = JSON.parse(read('breaking-changes.json')) as DeclaredChange[];
    expect(complaints(changes, declared)).toEqual([]);
  });
});

describe('the check', () => {
  const released = `
    type Query { customer(id: ID!): Customer customers(first: Int): [Customer!]! }
    type Customer { id: ID! name: String! status: Status }
    enum Status { CURRENT PAST_DUE }
    input CustomerInput { name: String }
    type Mutation { change(input: CustomerInput): Customer }
  `;
  const changesTo = (present: string) =>
    breakingChanges(buildSchema(released), buildSchema(present));

  it.each([
    ['a field that goes', 'name: String! ', '', 'FIELD_REMOVED', 'Customer.name'],
    [
      'a field that may be null',
      'name: String!',
      'name: String',
      'FIELD_TYPE_CHANGED',
      'Customer.name',
    ],
    ['a value that goes', ' PAST_DUE', '', 'ENUM_VALUE_REMOVED', 'Status.PAST_DUE'],
    [
      'an argument that goes',
      '(first: Int)',
      '',
      'FIELD_ARGUMENT_REMOVED',
      'Query.customers.first',
    ],
    [
      'an argument that is asked for',
      'first: Int',
      'first: Int!',
      'FIELD_ARGUMENT_TYPE_CHANGED',
      'Query.customers.first',
    ],
    [
      'an input that is asked for',
      '{ name: String }',
      '{ name: String! }',
      'INPUT_FIELD_TYPE_CHANGED',
      'CustomerInput.name',
    ],
  ])('finds %s', async (_what, from, to, type, path) => {
    const changes = await changesTo(released.replace(from, to));
    expect(changes).toMatchObject([{ type, path }]);
    expect(complaints(changes, [])).toEqual([
      expect.stringContaining(`Not declared: ${type} at ${path}.`),
    ]);
    expect(complaints(changes, [{ type, path, reason: 'It was never true.' }])).toEqual([]);
    expect(complaints(changes, [{ type, path, reason: ' ' }])).toHaveLength(1);
  });

  it('lets the schema grow', async () => {
    const more = released
      .replace('name: String!', 'name: String! email: String! @deprecated(reason: "Never.")')
      .replace('first: Int', 'first: Int after: String')
      .replace('{ name: String }', '{ name: String locale: String }');
    expect(await changesTo(more)).toEqual([]);
  });

  it('wants no declaration of what does not happen', async () => {
    const declared = [{ type: 'FIELD_REMOVED', path: 'Customer.gone', reason: 'It was unused.' }];
    expect(complaints(await changesTo(released), declared)).toHaveLength(1);
  });
});
