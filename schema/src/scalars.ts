/** Scalars beyond GraphQL's own. */
import { GraphQLError, type ValueNode } from 'graphql';
import {
  GraphQLCurrency,
  GraphQLDateTimeISO,
  GraphQLHexColorCode,
  GraphQLJSONObject,
  GraphQLSafeInt,
  GraphQLURL,
} from 'graphql-scalars';
import { isoText } from './iso-text.ts';

export type Scalars = {
  ID: { Input: string; Output: string };
  DateTime: { Input: Date; Output: Date };
  URL: { Input: URL; Output: string | URL };
  HexColorCode: { Input: string; Output: string };
  EmailAddress: { Input: string; Output: string };
  SafeInt: { Input: number; Output: number | bigint };
  Currency: { Input: string; Output: string };
  JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> };
  File: { Input: Blob; Output: never };
};

interface ScalarRegistry {
  addScalarType(name: string, scalar: unknown, options?: object): unknown;
  scalarType(name: string, options: object): unknown;
}

export function addScalars(builder: object): void {
  const registry = builder as ScalarRegistry;
  // The library checks the text that a date of ours makes: hundreds of times in one answer.
  const toText = (value: unknown) =>
    value instanceof Date ? isoText(value) : GraphQLDateTimeISO.serialize(value);
  const fromValue = (value: unknown) => sinceYearOne(GraphQLDateTimeISO.parseValue(value));
  registry.addScalarType('DateTime', GraphQLDateTimeISO, {
    description: 'An instant, ISO 8601 in UTC: 2026-11-22T05:00:00.000Z.',
    // One function under its two names: graphql calls one, tools the other.
    serialize: toText,
    coerceOutputValue: toText,
    parseValue: fromValue,
    coerceInputValue: fromValue,
    parseLiteral: (node: ValueNode) =>
      sinceYearOne(GraphQLDateTimeISO.parseLiteral(node, undefined)),
  });
  registry.addScalarType('URL', GraphQLURL, { description: 'An absolute address.' });
  registry.addScalarType('HexColorCode', GraphQLHexColorCode, { description: '#rrggbb' });
  registry.addScalarType('Currency', GraphQLCurrency, { description: 'ISO 4217: EUR.' });
  registry.addScalarType('JSONObject', GraphQLJSONObject, { description: 'Facts by name.' });
  // Amounts are BigInt inside. Beyond the exact range this throws rather than rounds.
  const { parseValue, parseLiteral } = GraphQLSafeInt;
  registry.scalarType('SafeInt', {
    description: 'An integer that every JSON reader keeps exact: up to 2^53 - 1.',
    serialize: toSafeInt,
    parseValue,
    parseLiteral,
  });
  // graphql-scalars refuses what is no address. Here one that is wrong must still be readable, as it
  // was entered; and what is wrong with one that is entered, the mutation says, typed.
  registry.scalarType('EmailAddress', {
    description: 'An email address as entered.',
    serialize: String,
    parseValue: (value: unknown) => String(value),
  });
  registry.scalarType('File', {
    description: 'A file in a multipart request (GraphQL multipart request specification).',
    serialize: () => {
      throw new TypeError('Files are only sent to the server.');
    },
    parseValue: (value: unknown) => {
      if (isFile(value)) return value;
      throw badFile('Send the file as multipart/form-data.');
    },
    parseLiteral: () => {
      throw badFile('Send the file as a variable.');
    },
  });
}

/** The year 0 is one of ISO 8601, and none that Postgres knows. */
function sinceYearOne(date: Date | null | undefined): Date {
  if (date && date.getUTCFullYear() > 0) return date;
  throw new GraphQLError('DateTime cannot represent a moment before the year 1.');
}

function toSafeInt(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`Not a safe integer: ${String(value)}`);
  return number;
}

/** Servers bring classes of their own: what can be read as a file is one. */
function isFile(value: unknown): value is Blob {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { arrayBuffer?: unknown }).arrayBuffer === 'function'
  );
}

function badFile(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
