/** Conditions: `where` as Prisma's client takes it, as SQL. */
import { models, type Column, type Model } from './model.ts';
import { type Statement, Unsupported } from './statement.ts';

type Conditions = Readonly<Record<string, unknown>>;

/**
 * @param alias of the model's rows in the statement
 * @throws Unsupported
 */
export function filterSql(
  statement: Statement,
  model: Model,
  alias: string,
  where: unknown,
): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(asConditions(where))) {
    if (value !== undefined) parts.push(...conditionSql(statement, model, alias, name, value));
  }
  return all(parts);
}

function conditionSql(
  statement: Statement,
  model: Model,
  alias: string,
  name: string,
  value: unknown,
): string[] {
  const inner = (where: unknown) => filterSql(statement, model, alias, where);
  switch (name) {
    case 'AND':
      return asList(value).map(inner);
    case 'OR': {
      const any = asList(value).map(inner).map(saysSomething);
      if (any.length === 0) throw new Unsupported('OR of nothing');
      return [`(${any.join(' OR ')})`];
    }
    case 'NOT':
      if (Array.isArray(value)) throw new Unsupported('NOT of a list');
      return [`NOT ${saysSomething(statement.negated(() => inner(value)))}`];
  }
  const column = model.columns.get(name);
  if (column) return columnSql(statement, `${alias}."${name}"`, column, value);
  return relationSql(statement, model, alias, name, value);
}

const comparisons: Readonly<Record<string, string>> = {
  equals: '=',
  not: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

function columnSql(statement: Statement, sql: string, column: Column, value: unknown): string[] {
  if (column.isList || column.type === 'Json' || column.type === 'Bytes') {
    throw new Unsupported(`a condition on ${column.type}`);
  }
  if (value === null) return [`${sql} IS NULL`];
  if (isValue(value)) return [`${sql} = ${statement.value(value)}`];
  const { mode, ...operators } = asConditions(value);
  if (mode !== undefined && mode !== 'insensitive') throw new Unsupported(`mode ${String(mode)}`);
  return Object.entries(operators)
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => {
      if (operator === 'contains' && typeof operand === 'string') {
        return `${sql} ${mode ? 'ILIKE' : 'LIKE'} ${statement.value(`%${operand}%`)}`;
      }
      if (mode) throw new Unsupported(`${operator} in any case`);
      if (column.type === 'Boolean' && !['equals', 'not'].includes(operator)) {
        throw new Unsupported(`${operator} of a boolean`);
      }
      return operatorSql(statement, sql, operator, operand);
    });
}

function operatorSql(
  statement: Statement,
  sql: string,
  operator: string,
  operand: unknown,
): string {
  if (operator === 'in' || operator === 'notIn') {
    if (!Array.isArray(operand) || !operand.every(isValue)) throw new Unsupported(operator);
    if (operand.length === 0) return operator === 'in' ? 'FALSE' : 'TRUE';
    // Of a list Postgres supposes that it is long until it sees it: it would plan the statement anew
    // every time, because for one value a plan costs less.
    if (operand.length === 1) {
      return `${sql} ${operator === 'in' ? '=' : '<>'} ${statement.value(operand[0])}`;
    }
    return operator === 'in'
      ? `${sql} = ANY(${statement.value(operand)})`
      : `${sql} <> ALL(${statement.value(operand)})`;
  }
  const sign = comparisons[operator];
  if (!sign) throw new Unsupported(operator);
  if (operand === null) {
    if (operator === 'equals') return `${sql} IS NULL`;
    if (operator === 'not') return `${sql} IS NOT NULL`;
    throw new Unsupported(`${operator} null`);
  }
  if (!isValue(operand)) throw new Unsupported(`${operator} of conditions`);
  return `${sql} ${sign} ${statement.value(operand)}`;
}

function relationSql(
  statement: Statement,
  model: Model,
  alias: string,
  name: string,
  value: unknown,
): string[] {
  const relation = model.relations.get(name);
  const target = relation && models.get(relation.to);
  if (!relation || !target || value === null) throw new Unsupported(name);
  // Where something is null, the client's negation of what hangs on a row is another.
  if (statement.isNegated) throw new Unsupported('NOT of a relation');
  const exists = (where: unknown) => {
    const other = statement.alias();
    const joined = relation.on.map(([own, theirs]) => `${other}."${theirs}" = ${alias}."${own}"`);
    const filter = filterSql(statement, target, other, where);
    const matching = isEmpty(where) ? filter : saysSomething(filter);
    return `EXISTS (SELECT FROM "${target.name}" AS ${other} WHERE ${all([...joined, matching])})`;
  };
  const conditions = asConditions(value);
  if (!relation.isList) {
    if ('is' in conditions || 'isNot' in conditions) throw new Unsupported('is');
    if (isEmpty(conditions)) throw new Unsupported('no condition');
    return [exists(conditions)];
  }
  return Object.entries(conditions)
    .filter(([, where]) => where !== undefined)
    .map(([quantifier, where]) => {
      switch (quantifier) {
        case 'some':
          return exists(where);
        case 'none':
          return `NOT ${exists(where)}`;
        default:
          throw new Unsupported(quantifier);
      }
    });
}

/** The client has its own mind about what is no condition: `{ id: undefined }`. */
function saysSomething(sql: string): string {
  if (sql === 'TRUE') throw new Unsupported('no condition');
  return sql;
}

function isEmpty(where: unknown): boolean {
  return Object.keys(asConditions(where)).length === 0;
}

function all(parts: readonly string[]): string {
  return parts.length === 0 ? 'TRUE' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isValue(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean' ||
    value instanceof Date
  );
}

function asConditions(value: unknown): Conditions {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isValue(value)) {
    throw new Unsupported('conditions');
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Unsupported('conditions');
  return value as Conditions;
}
