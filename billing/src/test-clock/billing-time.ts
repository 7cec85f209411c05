/**
 * The time of a merchant's billing: that of its test clock, where it has one, else the wall clock's.
 * Everything that bills, dates or judges what is due goes by it.
 */
import { Prisma, type Database, type Merchant, type SqlRunner } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';

type MerchantTime = Pick<Merchant, 'mode' | 'testClockNow'>;

/** Merchants known to be live, which they stay for ever: they never have a test clock. */
const liveMerchants = new WeakMap<Database, Set<string>>();

export function isKnownLive({ database }: Pick<Billing, 'database'>, merchantId: string): boolean {
  return liveMerchants.get(database)?.has(merchantId) ?? false;
}

/** Keeps that the merchant is live, where it is. @returns its test clock's time, if any. */
function learn(
  { database }: Pick<Billing, 'database'>,
  merchantId: string,
  merchant: MerchantTime | null | undefined,
): Date | null {
  if (merchant?.mode === 'LIVE') {
    const known = liveMerchants.get(database) ?? new Set();
    liveMerchants.set(database, known.add(merchantId));
  }
  return merchant?.testClockNow ?? null;
}

/** The merchant's billing time as of now. To decide by it, read it in the transaction that does. */
export async function billingTime(
  billing: Pick<Billing, 'database' | 'clock'>,
  merchantId: string,
): Promise<Date> {
  if (isKnownLive(billing, merchantId)) return billing.clock.now();
  const merchant = await billing.database.merchant.findUnique({
    where: { id: merchantId },
    select: { mode: true, testClockNow: true },
  });
  return learn(billing, merchantId, merchant) ?? billing.clock.now();
}

/**
 * The time of the merchant's test clock for a transaction, to its end: it stands still while somebody
 * works by it, and moves on after the commit. Costs nothing for live merchants, and reads one row by
 * its key for those that may have one: any process knows of one as soon as it is started.
 *
 * @returns null for who goes by the wall clock.
 */
export async function holdTestClock(
  billing: Pick<Billing, 'database'>,
  sql: SqlRunner,
  merchantId: string,
): Promise<Date | null> {
  if (isKnownLive(billing, merchantId)) return null;
  const [merchant] = await sql.query<MerchantTime>(Prisma.sql`
    SELECT mode, "testClockNow" FROM "Merchant" WHERE id = ${merchantId}::uuid`);
  if (!learn(billing, merchantId, merchant)) return null;
  // Whoever moves the clock locks its row FOR UPDATE: he waits for us, or we for him. Among each
  // other transactions share the row, as rows that refer to it do anyway.
  const [held] = await sql.query<Pick<Merchant, 'testClockNow'>>(Prisma.sql`
    SELECT "testClockNow" FROM "Merchant" WHERE id = ${merchantId}::uuid FOR KEY SHARE`);
  return held?.testClockNow ?? null;
}
