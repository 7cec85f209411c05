/** Money going back from charges. */
import type { RefundOutcome, RefundRequest } from '@4geeks/billing/ports';

import { IdempotencyKeyReusedError } from './charges.ts';
import type { SandboxContext } from './context.ts';
import { newSecret } from './secrets.ts';
import { testCard } from './test-cards.ts';

interface RefundRow {
  id: string;
  charge_id: string;
  amount_minor: string;
  currency: string;
  status: RefundOutcome['status'];
  failure_code: string | null;
}

interface RefundedCharge {
  amount_minor: string;
  currency: string;
  status: string;
  card: string | null;
  merchant_id: string | null;
  refunded_minor: string;
}

/**
 * See PaymentGateway.refund. The charge's row lock puts refunds of one charge in a row, so that they
 * can never add up to more than was charged, and two calls with one key give one answer.
 */
export async function refund(
  context: SandboxContext,
  request: RefundRequest,
): Promise<RefundOutcome> {
  if (request.amountMinor <= 0n) throw new RangeError('A refund must be of more than zero');
  const client = await context.pool.connect();
  let outcome: RefundOutcome;
  try {
    await client.query('begin');
    await client.query('select from sandbox_gateway.charge where id = $1 for update', [
      request.gatewayPaymentId,
    ]);
    const { rows: earlier } = await client.query<RefundRow>(
      'select * from sandbox_gateway.refund where idempotency_key = $1',
      [request.idempotencyKey],
    );
    if (earlier[0]) {
      await client.query('commit');
      return sameRefund(earlier[0], request);
    }
    const { rows } = await client.query<RefundedCharge>(
      `select c.amount_minor, c.currency, c.status, p.card, p.merchant_id,
              (select coalesce(sum(r.amount_minor), 0) from sandbox_gateway.refund r
               where r.charge_id = c.id and r.status = 'succeeded') as refunded_minor
       from sandbox_gateway.charge c
       left join sandbox_gateway.payment_method p on p.token = c.payment_method_token
       where c.id = $1`,
      [request.gatewayPaymentId],
    );
    const failureCode = decide(rows[0], request);
    const { rows: made } = await client.query<RefundRow>(
      `insert into sandbox_gateway.refund
         (id, idempotency_key, charge_id, amount_minor, currency, status, failure_code, created_at)
       values ($1, $2, $3, $4, $5, $6, $7,
         coalesce(sandbox_gateway.time_of($9, $8), $8))
       returning *`,
      [
        newSecret('re'),
        request.idempotencyKey,
        request.gatewayPaymentId,
        request.amountMinor.toString(),
        request.currency,
        failureCode === null ? 'succeeded' : 'failed',
        failureCode,
        context.now(),
        rows[0]?.merchant_id ?? null,
      ],
    );
    await client.query('commit');
    outcome = toOutcome(made[0]!);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  await context.faults.afterRefund?.(request, outcome);
  return outcome;
}

/** See PaymentGateway.findRefund. */
export async function findRefund(
  { pool }: SandboxContext,
  key: string,
): Promise<RefundOutcome | null> {
  const { rows } = await pool.query<RefundRow>(
    'select * from sandbox_gateway.refund where idempotency_key = $1',
    [key],
  );
  return rows[0] ? toOutcome(rows[0]) : null;
}

/** @returns why the money stays; null: it goes back. */
function decide(charge: RefundedCharge | undefined, request: RefundRequest): string | null {
  if (!charge || charge.currency !== request.currency) {
    throw new RangeError(`No charge ${request.gatewayPaymentId} in ${request.currency}`);
  }
  if (charge.status !== 'succeeded') return 'charge_not_refundable';
  const left = BigInt(charge.amount_minor) - BigInt(charge.refunded_minor);
  if (request.amountMinor > left) return 'amount_too_large';
  const behaviour = charge.card === null ? null : testCard(charge.card).behaviour;
  return behaviour?.kind === 'fails_refund' ? behaviour.failureCode : null;
}

function sameRefund(row: RefundRow, request: RefundRequest): RefundOutcome {
  if (
    row.charge_id !== request.gatewayPaymentId ||
    row.currency !== request.currency ||
    BigInt(row.amount_minor) !== request.amountMinor
  ) {
    throw new IdempotencyKeyReusedError(request.idempotencyKey);
  }
  return toOutcome(row);
}

function toOutcome({ id: gatewayRefundId, status, failure_code }: RefundRow): RefundOutcome {
  return status === 'succeeded'
    ? { status, gatewayRefundId }
    : { status, gatewayRefundId, failureCode: failure_code! };
}
