/** Compares answers with what schema/authorization.md promises. */
import { schema } from '@4geeks/schema';
import { getNamedType, getNullableType, isListType, isObjectType, isOutputType } from 'graphql';
import { expect } from 'vitest';

import type { GraphqlClient } from '../testkit/graphql-client.ts';
import { readAuthorizationTable, type Demand, type FieldRow } from './authorization-table.ts';
import type { Outcome } from './carriers.ts';
import { touch } from './probes.ts';

export const table = readAuthorizationTable();

export type Path = readonly (string | number)[];

export interface Case {
  kind: Exclude<keyof FieldRow, 'field'>;
  client: GraphqlClient;
  /** Scopes or portal permissions. */
  granted: ReadonlySet<string>;
}

/** What is missing for `demand`; null when nothing is. */
export function missing(demand: Demand, granted: ReadonlySet<string>): readonly string[] | null {
  if (demand === true) return null;
  if (demand === false) return ['never'];
  const absent = demand.filter((name) => !granted.has(name));
  return absent.length > 0 ? absent : null;
}

export function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null)?.[key],
    data,
  );
}

function denial({ errors }: Outcome, path: Path) {
  const wanted = JSON.stringify(path);
  return errors.find(
    (error) =>
      JSON.stringify(error.path) === wanted &&
      ['FORBIDDEN', 'UNAUTHENTICATED'].includes(error.extensions['code']),
  );
}

/** Asserts, for one answer, that the field at `path` was open or closed as promised. */
export function check(row: FieldRow, path: Path, answer: Outcome, viewer: Case): void {
  const lacks = missing(row[viewer.kind], viewer.granted);
  const denied = denial(answer, path);
  const what = () => `${path.join('.')} for ${viewer.kind} with ${[...viewer.granted].join(' ')}`;
  if (lacks === null) {
    expect(denied, denied && `${what()} should be open`).toBeUndefined();
    return;
  }
  if (!denied) {
    throw new Error(`${what()} should be closed: ${JSON.stringify(answer).slice(0, 1000)}`);
  }
  expect(at(answer.data, path) ?? null, what()).toBeNull();
  const { code, permission } = denied.extensions;
  if (viewer.kind === 'anonymous') {
    expect(code, what()).toBe('UNAUTHENTICATED');
  } else {
    expect(code, what()).toBe('FORBIDDEN');
    if (lacks[0] === 'never') expect(permission, what()).toMatch(/^NOT_FOR_/);
    else expect(lacks, what()).toContain(permission);
  }
}

/** Nouns that were met on the way from another one. */
export const reachedThroughOthers = new Set<string>();

/** How the fields of an object are asked for. */
export interface Form {
  /** Response key of a field. */
  keyOf(field: string): string;
  /** Also what is reached through the object, with all its fields. */
  nested: boolean;
}

export const plain: Form = { keyOf: (field) => field, nested: false };
export const deep: Form = { keyOf: (field) => field, nested: true };
export const aliased: Form = { keyOf: (field) => `a_${field}`, nested: false };

/** Every field of the type, as a selection set. */
export function select(type: string, form: Form): string {
  const fields = table.types[type]!.map(({ field }) => {
    const key = form.keyOf(field);
    const through = form.nested ? behind(type, field) : null;
    const text = through
      ? `${field}${argumentsOf(type, field)} ${wrap(through, select(through.noun, plain))}`
      : touch(type, field);
    return key === field ? text : `${key}: ${text}`;
  });
  return `{ ${fields.join(' ')} }`;
}

/** Asserts the fields of the object at `path`, and of everything that was reached through it. */
export function checkObject(
  type: string,
  path: Path,
  answer: Outcome,
  viewer: Case,
  form: Form,
): void {
  for (const row of table.types[type]!) {
    const own = [...path, form.keyOf(row.field)];
    check(row, own, answer, viewer);
    const through = form.nested ? behind(type, row.field) : null;
    if (!through) continue;
    for (const reached of places(answer.data, own, through)) {
      reachedThroughOthers.add(through.noun);
      checkObject(through.noun, reached, answer, viewer, plain);
    }
  }
}

interface Behind {
  noun: string;
  how: 'one' | 'list' | 'connection';
}

/** The noun that a field leads to, and through what. */
function behind(typeName: string, fieldName: string): Behind | null {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return null;
  const field = type.getFields()[fieldName];
  if (!field || !isOutputType(field.type)) return null;
  const named = getNamedType(field.type);
  if (!isObjectType(named)) return null;
  const edges = named.getFields()['edges'];
  if (edges) {
    const edge = getNamedType(edges.type);
    const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
    const noun = node && getNamedType(node.type).name;
    return noun && table.types[noun] ? { noun, how: 'connection' } : null;
  }
  if (!table.types[named.name]) return null;
  return { noun: named.name, how: isListType(getNullableType(field.type)) ? 'list' : 'one' };
}

function argumentsOf(typeName: string, fieldName: string): string {
  return touch(typeName, fieldName).includes('(first: 1)') ? '(first: 1)' : '';
}

function wrap({ how }: Behind, fields: string): string {
  return how === 'connection' ? `{ edges { node ${fields} } }` : fields;
}

function places(data: unknown, path: Path, { how }: Behind): Path[] {
  const value = at(data, path);
  if (value == null) return [];
  if (how === 'one') return [path];
  const list = how === 'list' ? path : [...path, 'edges'];
  const items = (at(data, list) as unknown[] | null) ?? [];
  return items.map((_item, index) =>
    how === 'list' ? [...list, index] : [...list, index, 'node'],
  );
}
