/**
 * Rows read by a statement of our own are the rows that Prisma's client reads, whatever is asked.
 * Within a transaction the client reads by itself: that is what they are compared with.
 */
import { openDatabase, Prisma } from '@4geeks/prisma';
import { models, type Model } from '@4geeks/prisma/model';
import fc from 'fast-check';
import pg from 'pg';
import { beforeAll, describe, expect, it, vi } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { cleanUp } from '../testkit/clean-up.ts';

interface Args {
  [argument: string]: unknown;
}
interface Delegate {
  findMany(args?: Args): Promise<Args[]>;
  findFirst(args?: Args): Promise<Args | null>;
}

const t = await testBilling();
const { database } = t.billing;
const byClient = <Result>(read: (client: Record<string, Delegate>) => Promise<Result>) =>
  database.$transaction(async (transaction) =>
    read(transaction as unknown as Record<string, Delegate>),
  );
const delegateOf = ({ name }: Model) => `${name[0]?.toLowerCase()}${name.slice(1)}`;
const ours = database as unknown as Record<string, Delegate>;

beforeAll(async () => {
  for (const name of ['50% off_\\', `O'Neill "the" Great`]) {
    const merchant = await t.seed.merchant();
    await merchant.pastDueCustomer();
    const customer = await merchant.customer({ card: 'visa', name });
    await customer.subscription({ quantity: 3 });
    await customer.subscription({ trialDays: 14 });
    await merchant.customer({ card: null });
    await merchant.apiKey(['customers:read']);
  }
  await t.drain();
});

/** Bytes do not travel as JSON: the client reads them. */
const hasBytes = ({ columns }: Model) => [...columns.values()].some(({ type }) => type === 'Bytes');
const all = [...models.values()];
const readable = all.filter((model) => !hasBytes(model));

/** @returns the rows of both, and how ours were asked for. */
async function bothRead(model: Model, args: Args) {
  const name = delegateOf(model);
  const sent = vi.spyOn(pg.Client.prototype, 'query');
  const rows = await (ours[name] as Delegate).findMany(args);
  const texts = sent.mock.calls.map(([config]) => String((config as { text?: string }).text));
  sent.mockRestore();
  return {
    rows: inOrder(rows, args),
    expected: inOrder(await byClient((client) => (client[name] as Delegate).findMany(args)), args),
    byStatement: texts.length === 1 && texts[0]?.startsWith('SELECT json_build_array('),
  };
}

/** Lists that nobody has put in order are compared as sets. */
function inOrder(value: unknown, args: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => inOrder(item, args));
    return (args as Args | undefined)?.orderBy
      ? items
      : items.toSorted((left, right) => (textOf(left) < textOf(right) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const selected = ((args as Args | undefined)?.select ?? {}) as Args;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, inOrder((value as Args)[key], selected[key])]),
  );
}

const textOf = (value: unknown) =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  );

describe('findMany', () => {
  it.each(readable.map((model) => [model.name, model] as const))(
    'reads whole rows: %s',
    async (_name, model) => {
      const { rows, expected, byStatement } = await bothRead(model, {});
      expect(rows).toEqual(expected);
      expect(byStatement).toBe(true);
    },
  );

  it('follows every relation, both ways, as deep as asked', async () => {
    for (const model of readable) {
      for (const [name, { to }] of model.relations) {
        const target = models.get(to) as Model;
        if (hasBytes(target)) continue;
        const back = [...target.relations].find(([, relation]) => !relation.isList)?.[0];
        const column = [...model.columns.keys()][0] as string;
        const nested = back ? { include: { [back]: !hasBytesBehind(target, back) } } : true;
        const { rows, expected } = await bothRead(model, {
          select: { [column]: true, [name]: nested },
        });
        expect(rows, `${model.name}.${name}`).toEqual(expected);
      }
    }
  });

  it('has something to follow', async () => {
    const { rows } = await bothRead(models.get('Customer') as Model, {
      select: { invoices: { select: { lines: true, payments: { include: { refunds: true } } } } },
    });
    expect(textOf(rows).length).toBeGreaterThan(2000);
  });

  it('reads what anybody may think of', async () => {
    const values = await valuesOfColumns();
    let byStatement = 0;
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom(...readable)
          .chain((model) => fc.tuple(fc.constant(model.name), argumentsOf(model, values, 3))),
        async ([name, args]) => {
          const read = await bothRead(models.get(name) as Model, args);
          expect(read.rows).toEqual(read.expected);
          if (read.byStatement) byStatement += 1;
        },
      ),
      { numRuns: 300 },
    );
    // All but what is no condition.
    expect(byStatement).toBeGreaterThan(100);
  });

  it.each<[string, Args]>([
    ['a page after a cursor', { orderBy: { id: 'asc' }, take: 2, skip: 1 }],
    ['the last ones', { orderBy: { id: 'asc' }, take: -2 }],
    ['columns left out', { omit: { email: true } }],
    ['each name once', { distinct: ['locale'], orderBy: { locale: 'asc' } }],
    [
      'the order of what hangs on it',
      { orderBy: [{ invoices: { _count: 'desc' } }, { id: 'asc' }] },
    ],
    [
      'conditions on none of several',
      { where: { NOT: [{ locale: 'de' }, { locale: 'fr' as never }] } },
    ],
  ])('leaves to the client what it cannot say: %s', async (_what, args) => {
    const [first] = await byClient((client) =>
      (client.customer as Delegate).findMany({ orderBy: { id: 'asc' } }),
    );
    const given = args.skip ? { ...args, cursor: { id: first?.id } } : args;
    const read = async (delegate: Delegate) => {
      try {
        return await delegate.findMany(given);
      } catch (error) {
        return (error as Error).name;
      }
    };
    const expected = await byClient((client) => read(client.customer as Delegate));
    expect(await read(ours.customer as Delegate)).toEqual(expected);
  });

  it('refuses what makes no sense in the words of the client', async () => {
    for (const args of [
      { where: { id: 'no uuid' } },
      { where: { name: 'a \u0000 character' } },
      { where: { nobody: 1 } },
      { select: { nothing: true } },
    ]) {
      const refusal = async (read: () => Promise<unknown>) => {
        const error = await read().then(
          () => null,
          (failure: Error) => failure,
        );
        return [error?.name, (error as { code?: string } | null)?.code];
      };
      const expected = await refusal(() =>
        byClient((client) => (client.customer as Delegate).findMany(args)),
      );
      expect(`${expected[0]} of ${textOf(args)}`).toMatch(/^PrismaClient/);
      expect(await refusal(() => (ours.customer as Delegate).findMany(args))).toEqual(expected);
    }
  });
});

describe('findFirst', () => {
  it('reads the first of them, or null', async () => {
    const where = { status: 'PAID' } as const;
    const args = {
      where,
      orderBy: [{ createdAt: 'desc' as const }, { id: 'desc' as const }],
      include: { lines: { orderBy: { id: 'asc' as const } }, customer: true },
    };
    const expected = await database.$transaction((transaction) =>
      transaction.invoice.findFirst(args),
    );
    expect(expected?.lines.length).toBeGreaterThan(0);
    expect(await database.invoice.findFirst(args)).toEqual(expected);
    expect(await database.invoice.findFirst({ where: { number: 'none' } })).toBeNull();
  });

  it('keeps integers exact that JSON cannot say', async () => {
    const sequence = 9_007_199_254_740_993n;
    await t.database.sql(
      'update "Event" set sequence = $1 where sequence = (select max(sequence) from "Event")',
      [sequence],
    );
    const event = await database.event.findFirst({
      where: { sequence },
      select: { sequence: true, occurredAt: true },
    });
    expect(event?.sequence).toBe(sequence);
    expect(event?.occurredAt).toBeInstanceOf(Date);
  });
});

it('has what is read of one row planned once, and not at every call', async () => {
  const alone = openDatabase({ url: t.database.url, poolSize: 1 });
  cleanUp(() => alone.$disconnect());
  const { id } = await database.customer.findFirstOrThrow();
  for (let time = 0; time < 10; time += 1) {
    await alone.customer.findMany({
      where: { id: { in: [id] } },
      include: { subscriptions: true, invoices: { include: { payments: true } } },
    });
  }
  const statements = await alone.sql.query(Prisma.sql`
    SELECT generic_plans > 0 AS "isPlannedOnce" FROM pg_prepared_statements
    WHERE statement LIKE 'SELECT json_build_array%'`);
  expect(statements).toEqual([{ isPlannedOnce: true }]);
});

it('reads in a transaction what the transaction has written', async () => {
  await expect(
    database.$transaction(async (transaction) => {
      const { count } = await transaction.customer.updateMany({ data: { name: 'Renamed' } });
      expect(await transaction.customer.findMany({ where: { name: 'Renamed' } })).toHaveLength(
        count,
      );
      expect(await database.customer.findMany({ where: { name: 'Renamed' } })).toEqual([]);
      throw new Prisma.PrismaClientUnknownRequestError('undone', { clientVersion: '' });
    }),
  ).rejects.toThrow('undone');
});

function hasBytesBehind(model: Model, relation: string): boolean {
  return hasBytes(models.get(model.relations.get(relation)?.to ?? '') as Model);
}

type Values = ReadonlyMap<string, readonly unknown[]>;

/** Some that are there, by `Model.column`. */
async function valuesOfColumns(): Promise<Values> {
  const values = new Map<string, unknown[]>();
  for (const model of readable) {
    const rows = await byClient((client) =>
      (client[delegateOf(model)] as Delegate).findMany({ take: 5 }),
    );
    for (const { name, type, isList } of model.columns.values()) {
      if (type === 'Json' || isList) continue;
      const present = rows.map((row) => row[name]).filter((value) => value !== null);
      if (present.length > 0) values.set(`${model.name}.${name}`, present);
    }
  }
  return values;
}

function argumentsOf(model: Model, values: Values, depth: number): fc.Arbitrary<Args> {
  return fc
    .record(
      {
        select: selectOf(model, values, depth),
        where: whereOf(model, values, 2),
        take: fc.integer({ min: 0, max: 150 }),
        skip: fc.integer({ min: 0, max: 2 }),
      },
      { requiredKeys: ['select'] },
    )
    .map((args) => {
      // What a page has is settled by the order alone.
      const order = model.columns.has('id')
        ? [{ id: 'desc' }]
        : [...model.columns.values()]
            .filter(({ isList, type }) => !isList && type !== 'Json')
            .map(({ name }) => ({ [name]: 'asc' }));
      return { ...args, orderBy: order };
    });
}

function selectOf(model: Model, values: Values, depth: number): fc.Arbitrary<Args> {
  const columns = [...model.columns.keys()];
  const relations = [...model.relations].filter(([name]) => !hasBytesBehind(model, name));
  const selection = fc.subarray(columns, { minLength: 1 });
  const followed =
    depth > 0
      ? fc.subarray(relations, { maxLength: Math.min(2, relations.length) })
      : fc.constant([]);
  return fc.tuple(selection, followed).chain(([names, related]) =>
    fc
      .record(
        Object.fromEntries(
          related.map(([name, { to, isList }]) => {
            const target = models.get(to) as Model;
            return [
              name,
              isList
                ? argumentsOf(target, values, depth - 1)
                : selectOf(target, values, depth - 1).map((select) => ({ select })),
            ];
          }),
        ),
      )
      .map((nested) => ({ ...Object.fromEntries(names.map((name) => [name, true])), ...nested })),
  );
}

function whereOf(model: Model, values: Values, depth: number): fc.Arbitrary<Args> {
  const columns = [...model.columns.values()].filter(
    ({ isList, type }) => !isList && type !== 'Json',
  );
  const onColumn = fc.constantFrom(...columns).chain(({ name, type }) => {
    const known = values.get(`${model.name}.${name}`);
    if (!known) return fc.constant({ [name]: undefined } as Args);
    const value = fc.constantFrom(...known);
    const isOrdered = ['Int', 'BigInt', 'DateTime', 'Float'].includes(type);
    const operators: fc.Arbitrary<unknown>[] = [
      value,
      value.map((equals) => ({ equals })),
      value.map((not) => ({ not })),
    ];
    if (type !== 'Boolean') {
      const list = fc.array(value, { maxLength: 3 });
      operators.push(
        list.map((some) => ({ in: some })),
        list.map((some) => ({ notIn: some })),
      );
    }
    if (isOrdered) operators.push(fc.tuple(value, value).map(([gte, lt]) => ({ gte, lt })));
    return fc.oneof(...operators).map((condition) => ({ [name]: condition }));
  });
  if (depth === 0) return onColumn;
  const inner = whereOf(model, values, depth - 1);
  const related = [...model.relations].map(([name, { to, isList }]) =>
    whereOf(models.get(to) as Model, values, 0).chain((where) =>
      isList
        ? fc.constantFrom('some', 'none', 'every').map((quantifier) => ({
            [name]: { [quantifier]: where },
          }))
        : fc.constant({ [name]: where }),
    ),
  );
  return fc.oneof(
    onColumn,
    fc.array(inner, { maxLength: 3 }).map((list) => ({ AND: list })),
    fc.array(inner, { maxLength: 3 }).map((list) => ({ OR: list })),
    inner.map((where) => ({ NOT: where })),
    ...related,
  );
}
