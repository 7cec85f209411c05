/**
 * Merchants whose time a test clock tells. For all others the sandbox has one clock; `time_of` in SQL
 * knows both.
 */
import type { SandboxContext } from './context.ts';

/** See PaymentGateway.moveTestClock. */
export async function moveTestClock(
  { pool }: SandboxContext,
  { merchantId, instant }: { merchantId: string; instant: Date },
): Promise<void> {
  await pool.query(
    `insert into sandbox_gateway.test_clock as clock (merchant_id, now) values ($1, $2)
     on conflict (merchant_id) do update set now = greatest(clock.now, excluded.now)`,
    [merchantId, instant],
  );
}

/** What time it is for a merchant. */
export async function timeOf({ pool, now }: SandboxContext, merchantId: string): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>(
    'select sandbox_gateway.time_of($1, $2) as now',
    [merchantId, now()],
  );
  return rows[0]!.now;
}
