/**
 * What an operation costs: about one point for each object it may load. A list costs its items; a
 * connection the page asked for, and its count as much as a statement.
 */
import { complexityFromQuery } from '@pothos/plugin-complexity';
import type { ASTNode, DocumentNode, GraphQLField, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  isLeafType,
  isListType,
  Kind,
  visit,
} from 'graphql';
import type { Context } from './context.ts';
import { priceOfCounts } from './price-of-counts.ts';

/** Items of a list without pages: lines, methods, open invoices. Most have fewer. */
const usualListLength = 4;
const usualPage = 20;
const priceOfStatement = 10;
const largestPage = 100;

/** Points, levels of nesting, and fields in all (fragments as often as they are spread). */
export interface OperationCost {
  complexity: number;
  depth: number;
  breadth: number;
}

/**
 * The most of one operation. A page of 100 with three nested pages of 20 still fits.
 *
 * @param isOurs a document of our own pages: what it asks for is known, so it may ask for as much
 *   before somebody signs in.
 */
export function costLimit({ viewer }: Pick<Context, 'viewer'>, isOurs: boolean): OperationCost {
  return viewer.kind === 'anonymous' && !isOurs
    ? { complexity: 300, depth: 10, breadth: 100 }
    : { complexity: 10_000, depth: 18, breadth: 600 };
}

/**
 * The price of an operation that was asked before, by document, as long as whoever parsed it keeps it.
 * Only variables that decide on lengths make a difference.
 */
const known = new WeakMap<
  DocumentNode,
  { variables: string[]; costs: Map<string, OperationCost> }
>();
/** Of one document, and how long its variables may be: they are kept. */
const mostCosts = 16;
const mostCharacters = 200;

/** @returns errors where there is nothing to price: no such operation, or variables that do not fit. */
export function costOfOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): OperationCost | readonly GraphQLError[] {
  let priced = known.get(document);
  if (!priced)
    known.set(document, (priced = { variables: variablesOfPrice(document), costs: new Map() }));
  const key = JSON.stringify([operationName, priced.variables.map((name) => variables?.[name])]);
  const before = priced.costs.get(key);
  if (before) return before;
  const cost = reckonCost(schema, document, operationName, variables);
  if ('complexity' in cost && key.length <= mostCharacters && priced.costs.size < mostCosts) {
    priced.costs.set(key, cost);
  }
  return cost;
}

/** Those that `priceOfField` is told of, and those that decide what is asked at all. */
function variablesOfPrice(document: DocumentNode): string[] {
  const names = new Set<string>();
  const add = (node: ASTNode) =>
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  visit(document, {
    Directive: add,
    Argument: (node) => void (argumentsOfPrice.has(node.name.value) && add(node)),
  });
  return [...names];
}

function reckonCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): OperationCost | readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  if (!operation) return [badInput('The document has no operation of that name.')];
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  try {
    const cost = complexityFromQuery(
      { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
      { schema, variables: { ...variables }, ctx: {} },
    );
    const prices = { priceOfStatement, priceOfField };
    const counts = priceOfCounts(schema, document, operation, { ...variables }, prices);
    return { ...cost, complexity: cost.complexity + counts };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const definitions = operation.variableDefinitions ?? [];
    const { errors } = getVariableValues(schema, definitions, { ...variables }, { maxErrors: 50 });
    return (errors ?? [error]).map(({ message, nodes }) => badInput(message, nodes));
  }
}

function badInput(message: string, nodes?: GraphQLError['nodes']): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT' } });
}

/** What of `cost` is over its limit, the first of depth, breadth, complexity; null: nothing. */
export function exceeded(cost: OperationCost, limit: OperationCost): keyof OperationCost | null {
  const measures = ['depth', 'breadth', 'complexity'] as const;
  return measures.find((measure) => cost[measure] > limit[measure]) ?? null;
}

/** By their names in the schema. */
const argumentsOfPrice: ReadonlySet<string> = new Set([
  'first',
  'last',
  'ids',
] satisfies PriceArgument[]);
type PriceArgument = 'first' | 'last' | 'ids';

export function priceOfField(
  args: { readonly [Name in PriceArgument]?: unknown },
  _context: unknown,
  { type: fieldType }: GraphQLField<unknown, Context>,
): { field: number; multiplier: number } {
  const type = getNamedType(fieldType);
  if (isLeafType(type)) return { field: 0, multiplier: 1 };
  if (type.name.endsWith('Connection')) {
    const asked = Number(args.first ?? args.last ?? usualPage);
    return { field: 1, multiplier: Math.min(Math.max(asked, 1), largestPage) };
  }
  // Parts of a connection, whose page is already counted.
  if (type.name === 'PageInfo') return { field: 0, multiplier: 1 };
  if (type.name.endsWith('Edge')) return { field: 0, multiplier: 1 };
  // Found one by one, each by a statement of its own.
  if (Array.isArray(args.ids)) {
    return { field: args.ids.length * priceOfStatement, multiplier: Math.max(args.ids.length, 1) };
  }
  return { field: 1, multiplier: isListType(getNullableType(fieldType)) ? usualListLength : 1 };
}
