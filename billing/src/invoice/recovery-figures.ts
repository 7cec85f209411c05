/**
 * How much of what failed was recovered, from the dunning cases of a span of time. A case belongs
 * to the instant it was opened, whenever it ends: figures of a past span still change.
 */
import { Prisma, type DatabaseReader } from '@4geeks/prisma';

/** Cases opened within [from, to). */
export interface RecoverySpan {
  merchantId: string;
  from: Date;
  to: Date;
}

export interface Tally {
  count: number;
  /** As due at the first failure; one entry a currency. */
  amounts: { amountMinor: bigint; currency: string }[];
}

/** Every case that failed is one of recovered, lost and open. */
export interface RecoveryTallies {
  failed: Tally;
  recovered: Tally;
  lost: Tally;
  open: Tally;
}

export type RecoveryGroup = RecoveryTallies & { key: string };

/** What cases are grouped by. ATTEMPT and TRIGGER are of the payment that recovered them. */
export type RecoveryGrouping = 'NONE' | 'DECLINE_CODE' | 'ATTEMPT' | 'TRIGGER' | 'DAY' | 'WEEK';

interface Row {
  key: string;
  currency: string;
  failed: number;
  failedMinor: bigint;
  recovered: number;
  recoveredMinor: bigint;
  lost: number;
  lostMinor: bigint;
}

/**
 * Counted by the database from the merchant's cases of the span, found by index.
 *
 * @param options.now what is to be lost later is still open
 * @param options.timeZone in which days and weeks begin
 * @returns groups in the order of their keys, empty ones left out. ATTEMPT and TRIGGER leave out
 *   what was not recovered. Days and weeks have the instant of their begin as key, ISO 8601.
 */
export async function recoveryGroups(
  database: DatabaseReader,
  { merchantId, from, to }: RecoverySpan,
  by: RecoveryGrouping,
  { now, timeZone }: { now: Date; timeZone: string },
): Promise<RecoveryGroup[]> {
  const begin = (unit: 'day' | 'week') => Prisma.sql`
    to_char(date_trunc(${Prisma.raw(`'${unit}'`)}, "openedAt", ${timeZone}) AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const key = {
    NONE: Prisma.sql`''`,
    DECLINE_CODE: Prisma.sql`"declineCode"`,
    ATTEMPT: Prisma.sql`lpad("recoveredAttempt"::text, 10, '0')`,
    TRIGGER: Prisma.sql`"recoveredBy"::text`,
    DAY: begin('day'),
    WEEK: begin('week'),
  }[by];
  const recovered = Prisma.sql`FILTER (WHERE "recoveredAt" IS NOT NULL)`;
  const lost = Prisma.sql`FILTER (WHERE "lostAt" <= ${now})`;
  const rows = await database.$queryRaw<Row[]>`
    SELECT keyed.key, currency,
      count(*)::int AS failed, sum("amountMinor")::bigint AS "failedMinor",
      (count(*) ${recovered})::int AS recovered,
      coalesce(sum("amountMinor") ${recovered}, 0)::bigint AS "recoveredMinor",
      (count(*) ${lost})::int AS lost,
      coalesce(sum("amountMinor") ${lost}, 0)::bigint AS "lostMinor"
    FROM (
      SELECT *, ${key} AS key FROM "DunningCase"
      WHERE "merchantId" = ${merchantId}::uuid AND "openedAt" >= ${from} AND "openedAt" < ${to}
    ) AS keyed
    WHERE keyed.key IS NOT NULL
    GROUP BY keyed.key, currency
    ORDER BY keyed.key, currency`;
  const keys = [...new Set(rows.map((row) => row.key))];
  return keys.map((each) => ({ key: each, ...tallies(rows.filter((row) => row.key === each)) }));
}

/** @returns every case of the span in one; all zero when there is none. */
export async function recoveryTotals(
  database: DatabaseReader,
  span: RecoverySpan,
  now: Date,
): Promise<RecoveryTallies> {
  const [total] = await recoveryGroups(database, span, 'NONE', { now, timeZone: 'UTC' });
  return total ?? tallies([]);
}

function tallies(rows: readonly Row[]): RecoveryTallies {
  const tally = (count: (row: Row) => number, amount: (row: Row) => bigint): Tally => ({
    count: rows.reduce((sum, row) => sum + count(row), 0),
    amounts: rows
      .filter((row) => count(row) > 0)
      .map((row) => ({ currency: row.currency, amountMinor: amount(row) })),
  });
  return {
    failed: tally(
      (row) => row.failed,
      (row) => row.failedMinor,
    ),
    recovered: tally(
      (row) => row.recovered,
      (row) => row.recoveredMinor,
    ),
    lost: tally(
      (row) => row.lost,
      (row) => row.lostMinor,
    ),
    open: tally(
      (row) => row.failed - row.recovered - row.lost,
      (row) => row.failedMinor - row.recoveredMinor - row.lostMinor,
    ),
  };
}

/** Recovered of failed, in basis points by count; null when nothing failed. */
export function recoveryRateBps({ failed, recovered }: RecoveryTallies): number | null {
  return failed.count === 0 ? null : Math.round((recovered.count * 10_000) / failed.count);
}
