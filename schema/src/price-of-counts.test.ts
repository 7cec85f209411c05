import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costOfOperation, type OperationCost } from './complexity.ts';
import { schema } from './schema.ts';

function cost(text: string, variables = {}): number {
  return (costOfOperation(schema, parse(text), null, variables) as OperationCost).complexity;
}

describe('a count', () => {
  it('costs a statement, whatever page is asked for beside it', () => {
    for (const first of [1, 20, 100]) {
      const page = `customers(first: ${first}) { edges { node { id } }`;
      expect(cost(`{ ${page} } }`)).toBe(1 + first);
      expect(cost(`{ ${page} totalCount } }`)).toBe(1 + first + 10);
    }
    expect(cost('{ customers { totalCount } }')).toBe(11);
    expect(cost('{ a: customers { totalCount b: totalCount } }')).toBe(21);
  });

  it('below a list costs one for each item', () => {
    const nested = (selection: string) => `query ($first: Int) {
      customers(first: $first) { edges { node { invoices(first: 2) { ${selection} } } } } }`;
    const without = cost(nested('edges { node { number } }'), { first: 50 });
    expect(cost(nested('edges { node { number } } totalCount'), { first: 50 })).toBe(
      without + 50 * 10,
    );
  });

  it('is seen through fragments, each time they are spread', () => {
    const text = `
      { a: customers(first: 100) { ...Counted } b: customers(first: 1) { ...Counted }
        ... on Query { customers(first: 1) { ...Counted } } }
      fragment Counted on QueryCustomersConnection { ...Same }
      fragment Same on QueryCustomersConnection { totalCount }`;
    expect(cost(text)).toBe(3 + 3 * 10);
  });

  it('of an operation that is not asked for costs nothing', () => {
    const text = 'query Asked { viewer { kind } } query Other { customers { totalCount } }';
    const { complexity } = costOfOperation(schema, parse(text), 'Asked', {}) as OperationCost;
    expect(complexity).toBe(1);
  });
});
