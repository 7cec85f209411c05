/**
 * Rows with what hangs on them, read by one statement: what `findMany` of Prisma's client takes, as
 * SQL. Each row comes as a JSON array, in which lists of rows are arrays of arrays.
 */
import { filterSql } from './filter.ts';
import { models, type Column, type Model, type Relation } from './model.ts';
import { Statement, Unsupported } from './statement.ts';

export type Row = Record<string, unknown>;

/** What `findMany` takes. */
export interface ReadArguments {
  [argument: string]: unknown;
}

export interface Read {
  /** Its rows have one column, `row`. */
  text: string;
  values: unknown[];
  decode: (row: unknown) => Row;
}

/** @throws Unsupported */
export function writeRead(model: Model, args: ReadArguments): Read {
  const statement = new Statement();
  const { sql, decode } = rowsSql(statement, model, args, null);
  return { text: sql, values: statement.values, decode };
}

interface Part {
  sql: string;
  decode: (value: unknown) => unknown;
}

/** Pages are that long at most: each length is a statement of its own then, which can be planned. */
const mostInText = 101;

/** @param parent whose rows' relation is read; null: all rows of the model. */
function rowsSql(
  statement: Statement,
  model: Model,
  { select, include, where, orderBy, take, skip, ...rest }: ReadArguments,
  parent: { alias: string; relation: Relation } | null,
): { sql: string; decode: (row: unknown) => Row } {
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) throw new Unsupported(name);
  }
  const alias = statement.alias();
  const { sql, decode } = selectionSql(statement, model, alias, { select, include });
  const conditions = [
    ...(parent?.relation.on ?? []).map(
      ([own, other]) => `${alias}."${other}" = ${parent?.alias}."${own}"`,
    ),
    filterSql(statement, model, alias, where),
  ].filter((condition) => condition !== 'TRUE');
  return {
    sql: `SELECT ${sql} AS row FROM "${model.name}" AS ${alias}${
      conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
    }${orderSql(model, alias, orderBy)}${limitSql(statement, 'LIMIT', take)}${limitSql(statement, 'OFFSET', skip || undefined)}`,
    decode,
  };
}

function selectionSql(
  statement: Statement,
  model: Model,
  alias: string,
  { select, include }: Pick<ReadArguments, 'select' | 'include'>,
): { sql: string; decode: (row: unknown) => Row } {
  const names: string[] = [];
  const parts: Part[] = [];
  const add = (name: string, part: Part) => {
    names.push(name);
    parts.push(part);
  };
  if (!select) {
    for (const column of model.columns.values()) add(column.name, columnPart(alias, column));
  }
  for (const [name, value] of Object.entries((select ?? include ?? {}) as Row)) {
    if (value === undefined || value === false) continue;
    const column = model.columns.get(name);
    if (column) add(name, columnPart(alias, column));
    else if (name === '_count') add(name, countPart(statement, model, alias, value));
    else add(name, relationPart(statement, model, alias, name, value));
  }
  if (parts.length === 0 || parts.length > 100) throw new Unsupported('so many columns');
  return {
    sql: `json_build_array(${parts.map(({ sql }) => sql).join(', ')})`,
    decode: (row) => {
      const decoded: Row = {};
      for (let index = 0; index < parts.length; index += 1) {
        const value = (row as unknown[])[index];
        decoded[names[index]!] = value === null ? null : parts[index]!.decode(value);
      }
      return decoded;
    },
  };
}

const asIs = (value: unknown) => value;
/** From milliseconds with what binary fractions add to them. */
const toDate = (value: unknown) => new Date(Math.round(value as number));
const toBigInt = (value: unknown) => BigInt(value as string);

function columnPart(alias: string, { name, type, isList }: Column): Part {
  const sql = `${alias}."${name}"`;
  if (isList && (type === 'BigInt' || type === 'DateTime')) throw new Unsupported('a list');
  switch (type) {
    case 'DateTime':
      // As JSON's text of it the date would be parsed; a number is ten times cheaper to read.
      return { sql: `date_part('epoch', ${sql}) * 1000`, decode: toDate };
    case 'BigInt':
      // JSON has no integers of that size.
      return { sql: `${sql}::text`, decode: toBigInt };
    case 'Bytes':
    case 'Decimal':
      throw new Unsupported(type);
    default:
      return { sql, decode: asIs };
  }
}

function relationPart(
  statement: Statement,
  model: Model,
  alias: string,
  name: string,
  value: unknown,
): Part {
  const relation = model.relations.get(name);
  const target = relation && models.get(relation.to);
  if (!relation || !target) throw new Unsupported(name);
  const args = value === true ? {} : (value as ReadArguments);
  const { sql, decode } = rowsSql(statement, target, args, { alias, relation });
  if (!relation.isList) return { sql: `(${sql})`, decode };
  const rows = statement.alias();
  return {
    sql: `(SELECT coalesce(json_agg(${rows}.row), '[]') FROM (${sql}) AS ${rows})`,
    decode: (list) => (list as unknown[]).map(decode),
  };
}

function countPart(statement: Statement, model: Model, alias: string, value: unknown): Part {
  const counted = (value as { select?: Row }).select;
  if (!counted) throw new Unsupported('_count of everything');
  const names = Object.keys(counted).filter((name) => counted[name]);
  const counts = names.map((name) => {
    const relation = model.relations.get(name);
    const target = relation && models.get(relation.to);
    if (!relation?.isList || !target) throw new Unsupported(name);
    const other = statement.alias();
    const where = counted[name] === true ? undefined : (counted[name] as Row).where;
    const joined = relation.on.map(([own, theirs]) => `${other}."${theirs}" = ${alias}."${own}"`);
    return `(SELECT count(*) FROM "${target.name}" AS ${other} WHERE ${[...joined, filterSql(statement, target, other, where)].join(' AND ')})`;
  });
  if (counts.length === 0) throw new Unsupported('_count of nothing');
  return {
    sql: `json_build_array(${counts.join(', ')})`,
    decode: (list) =>
      Object.fromEntries(names.map((name, index) => [name, (list as number[])[index]])),
  };
}

function orderSql(model: Model, alias: string, orderBy: unknown): string {
  const orders = (Array.isArray(orderBy) ? orderBy : [orderBy ?? {}]) as Row[];
  const parts = orders.flatMap((order) =>
    Object.entries(order)
      .filter(([, direction]) => direction !== undefined)
      .map(([name, direction]) => {
        if (!model.columns.has(name) || (direction !== 'asc' && direction !== 'desc')) {
          throw new Unsupported(`order by ${name}`);
        }
        return `${alias}."${name}" ${direction.toUpperCase()}`;
      }),
  );
  return parts.length > 0 ? ` ORDER BY ${parts.join(', ')}` : '';
}

function limitSql(statement: Statement, word: 'LIMIT' | 'OFFSET', count: unknown): string {
  if (count === undefined) return '';
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
    throw new Unsupported(`${word} ${String(count)}`);
  }
  return ` ${word} ${count <= mostInText ? count : statement.value(count)}`;
}
