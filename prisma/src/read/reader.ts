/**
 * `findMany` and `findFirst` of Prisma's client, done by one statement of ours where that can say what
 * is asked, and by the client where it cannot. Same arguments, same rows: `tests/adapters/reads.test.ts`
 * compares them.
 *
 * Why: `docs/decisions/018`.
 */
import type { PlainSql } from '../plain-sql.ts';
import { models, type Model } from './model.ts';
import { writeRead, type Read, type ReadArguments, type Row } from './rows.ts';
import { Unsupported } from './statement.ts';

interface Delegate {
  findMany(args?: ReadArguments): Promise<Row[]>;
  findFirst(args?: ReadArguments): Promise<Row | null>;
}

/** Changes the delegates of `client`; those of transactions stay as they are. */
export function readByStatements(client: object, sql: PlainSql): void {
  for (const model of models.values()) {
    const name = `${model.name[0]?.toLowerCase()}${model.name.slice(1)}`;
    const delegates = client as Record<string, Delegate>;
    const delegate = delegates[name];
    if (delegate) delegates[name] = readingDelegate(delegate, model, sql);
  }
}

function readingDelegate(delegate: Delegate, model: Model, sql: PlainSql): Delegate {
  const read = async (args: ReadArguments): Promise<Row[] | null> => {
    const written = tryToWrite(model, args);
    if (!written) return null;
    const { text, values, decode } = written;
    try {
      const rows = await sql.query<{ row: unknown }>({ text, values });
      return rows.map(({ row }) => decode(row));
    } catch (error) {
      // A value that its column cannot have: the client has its own words for it.
      if (isDataError(error)) return null;
      throw error;
    }
  };
  const own: Delegate = {
    async findMany(args: ReadArguments = {}) {
      return (await read(args)) ?? delegate.findMany(args);
    },
    async findFirst(args: ReadArguments = {}) {
      const rows = args.take === undefined ? await read({ ...args, take: 1 }) : null;
      return rows ? (rows[0] ?? null) : delegate.findFirst(args);
    },
  };
  // Not assigned: the delegate is a proxy, which would take them over for itself.
  return Object.create(delegate, Object.getOwnPropertyDescriptors(own)) as Delegate;
}

function tryToWrite(model: Model, args: ReadArguments): Read | null {
  try {
    return writeRead(model, args);
  } catch (error) {
    if (error instanceof Unsupported) return null;
    throw error;
  }
}

/** Class 22 of Postgres: data exceptions. */
function isDataError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('22');
}
