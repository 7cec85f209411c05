/**
 * What a query costs: about one for each object it may load. A list costs its items; a connection
 * the page asked for.
 */
import type { GraphQLField } from 'graphql';
import { getNamedType, getNullableType, isLeafType, isListType } from 'graphql';
import type { Context } from './context.ts';

/** Items of a list without pages: lines, methods, open invoices. Most have fewer. */
const usualListLength = 4;
const usualPage = 20;
const priceOfStatement = 10;
const largestPage = 100;

/** Of one operation. A page of 100 with three nested pages of 20 still fits. */
export function complexityLimit({ viewer }: Context): {
  complexity: number;
  depth: number;
  breadth: number;
} {
  return viewer.kind === 'anonymous'
    ? { complexity: 300, depth: 10, breadth: 100 }
    : { complexity: 10_000, depth: 18, breadth: 600 };
}

export function priceOfField(
  args: Record<string, unknown>,
  _context: Context,
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
