/**
 * What the bank says later of a charge that was accepted: a debit settles or fails; what succeeded is
 * disputed, or returned.
 */
import type { PoolClient } from 'pg';

import { chargeUpdated, type ChargeRow } from './charges.ts';
import type { SandboxContext } from './context.ts';
import { openDispute } from './disputes.ts';
import { testAccount } from './test-accounts.ts';
import { testCard } from './test-cards.ts';
import { queueWebhook } from './webhooks.ts';

type DueCharge = ChargeRow & {
  type: 'CARD' | 'SEPA_DEBIT' | 'US_BANK_ACCOUNT';
  alias: string;
  /** What time it is for the merchant. */
  now: Date;
};

/**
 * Does what is due by the time of each charge's merchant, one charge a transaction, with the report of it. Any number
 * of processes may do so at once.
 *
 * @returns how many charges it came to.
 */
export async function settleDueCharges(context: SandboxContext): Promise<number> {
  let settled = 0;
  while (await settleOne(context)) settled += 1;
  return settled;
}

/**
 * @param merchantId absent: of all merchants
 * @returns when the next is due; null when none is.
 */
export async function nextSettlementAt(
  { pool }: SandboxContext,
  merchantId?: string,
): Promise<Date | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    `select min(c.due_at) as at
     from sandbox_gateway.charge c
     join sandbox_gateway.payment_method p on p.token = c.payment_method_token
     where c.due_at is not null and ($1::uuid is null or p.merchant_id = $1)`,
    [merchantId ?? null],
  );
  return rows[0]?.at ?? null;
}

async function settleOne(context: SandboxContext): Promise<boolean> {
  const client = await context.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<DueCharge>(
      `select c.*, p.type, p.alias, sandbox_gateway.time_of(p.merchant_id, $1) as now
       from sandbox_gateway.charge c
       join sandbox_gateway.payment_method p on p.token = c.payment_method_token
       where c.due_at is not null and c.due_at <= sandbox_gateway.time_of(p.merchant_id, $1)
       order by c.due_at, c.id
       limit 1 for update of c skip locked`,
      [context.now()],
    );
    if (rows[0]) await say(context, client, rows[0]);
    await client.query('commit');
    return rows.length > 0;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function say(context: SandboxContext, client: PoolClient, charge: DueCharge): Promise<void> {
  const { now } = charge;
  const { behaviour } = charge.type === 'CARD' ? testCard(charge.alias) : testAccount(charge.alias);
  if (charge.status === 'processing') {
    const failed = behaviour.kind === 'fails';
    const hasMore = behaviour.kind === 'disputed' || behaviour.kind === 'returned';
    await client.query(
      `update sandbox_gateway.charge
       set status = $2, decline_code = $3, settled_at = $4, due_at = $5
       where id = $1`,
      [
        charge.id,
        failed ? 'declined' : 'succeeded',
        failed ? behaviour.declineCode : null,
        now,
        hasMore ? new Date(now.getTime() + context.settlementMs) : null,
      ],
    );
    await queueWebhook(context, client, chargeUpdated(charge));
    return;
  }
  await client.query('update sandbox_gateway.charge set due_at = null where id = $1', [charge.id]);
  if (behaviour.kind === 'disputed' || behaviour.kind === 'returned') {
    await openDispute(context, client, {
      charge,
      now,
      reason: behaviour.reason,
      isFinal: behaviour.kind === 'returned',
    });
  }
}
