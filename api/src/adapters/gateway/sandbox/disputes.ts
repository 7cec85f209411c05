/** Charges that the payer's bank takes back, or tries to. */
import type { GatewayDispute } from '@4geeks/billing/ports';
import type { PoolClient } from 'pg';

import type { ChargeRow } from './charges.ts';
import type { SandboxContext } from './context.ts';
import { newSecret } from './secrets.ts';
import { deliverWebhooks, queueWebhook } from './webhooks.ts';

/** How long the merchant has to answer. */
const answerDays = 14;

interface DisputeRow {
  id: string;
  charge_id: string;
  amount_minor: string;
  currency: string;
  reason: string;
  status: GatewayDispute['status'];
  respond_by: Date | null;
  opened_at: Date;
  closed_at: Date | null;
}

/**
 * Part of settling; the charge is locked. What was refunded before cannot be taken back again.
 *
 * @param isFinal the bank has returned the money already: lost from the beginning.
 */
export async function openDispute(
  context: SandboxContext,
  client: PoolClient,
  facts: {
    charge: Pick<ChargeRow, 'id' | 'idempotency_key'>;
    now: Date;
    reason: string;
    isFinal: boolean;
  },
): Promise<void> {
  const { charge, now, reason, isFinal } = facts;
  const respondBy = new Date(now.getTime() + answerDays * 86_400_000);
  const { rows } = await client.query<DisputeRow>(
    `insert into sandbox_gateway.dispute
       (id, charge_id, amount_minor, currency, reason, status, respond_by, opened_at, closed_at)
     select $1, c.id, c.amount_minor - r.refunded, c.currency, $3, $4, $5, $6, $7
     from sandbox_gateway.charge c,
       lateral (select coalesce(sum(amount_minor), 0) as refunded from sandbox_gateway.refund
                where charge_id = c.id and status = 'succeeded') r
     where c.id = $2 and c.amount_minor > r.refunded
     returning *`,
    [
      newSecret('dp'),
      charge.id,
      reason,
      isFinal ? 'lost' : 'open',
      isFinal ? null : respondBy,
      now,
      isFinal ? now : null,
    ],
  );
  if (rows[0]) await queueWebhook(context, client, disputeUpdated(rows[0].id, charge));
}

/** See PaymentGateway.findDispute. */
export async function findDispute(
  context: SandboxContext,
  disputeId: string,
): Promise<GatewayDispute | null> {
  const { rows } = await context.pool.query<DisputeRow>(
    'select * from sandbox_gateway.dispute where id = $1',
    [disputeId],
  );
  return rows[0] ? toDispute(context, rows[0]) : null;
}

/** See PaymentGateway.listDisputes. */
export async function listDisputes(
  context: SandboxContext,
  openedSince: Date,
): Promise<GatewayDispute[]> {
  const { rows } = await context.pool.query<DisputeRow>(
    'select * from sandbox_gateway.dispute where opened_at >= $1 order by opened_at, id',
    [openedSince],
  );
  return rows.map((row) => toDispute(context, row));
}

/** Decides an open dispute, once, and reports it. */
export async function closeDispute(
  context: SandboxContext,
  disputeId: string,
  status: 'won' | 'lost',
): Promise<void> {
  const client = await context.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<Pick<ChargeRow, 'idempotency_key'>>(
      `update sandbox_gateway.dispute d
       set status = $2, closed_at = sandbox_gateway.time_of(p.merchant_id, $3)
       from sandbox_gateway.charge c
       join sandbox_gateway.payment_method p on p.token = c.payment_method_token
       where d.id = $1 and d.status = 'open' and c.id = d.charge_id
       returning c.idempotency_key`,
      [disputeId, status, context.now()],
    );
    if (rows[0]) await queueWebhook(context, client, disputeUpdated(disputeId, rows[0]));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  await deliverWebhooks(context);
}

function disputeUpdated(
  disputeId: string,
  { idempotency_key: idempotencyKey }: Pick<ChargeRow, 'idempotency_key'>,
) {
  return { type: 'dispute.updated', data: { disputeId, idempotencyKey } } as const;
}

function toDispute({ publicUrl }: SandboxContext, row: DisputeRow): GatewayDispute {
  return {
    gatewayDisputeId: row.id,
    gatewayPaymentId: row.charge_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    reason: row.reason,
    status: row.status,
    respondBy: row.respond_by,
    respondUrl: row.respond_by === null ? null : `${publicUrl}/sandbox-gateway/disputes/${row.id}`,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
  };
}
