/** Charges and their 3-D Secure challenges. */
import { createHash } from 'node:crypto';

import type { ChargeOutcome, ChargeRequest } from '@4geeks/billing/ports';

import type { ChargedMethod } from './charging.ts';
import type { SandboxContext } from './context.ts';
import { newSecret } from './secrets.ts';
import { testAccount } from './test-accounts.ts';
import { isExpired, testCard } from './test-cards.ts';
import { deliverWebhooks, queueWebhook } from './webhooks.ts';

/** A key was used again for another charge: a mistake of the caller, nothing was charged. */
export class IdempotencyKeyReusedError extends Error {
  override name = 'IdempotencyKeyReusedError';
  constructor(key: string) {
    super(`Idempotency key ${key} was used before with other parameters`);
  }
}

export interface ChargeRow {
  id: string;
  idempotency_key: string;
  request_hash: string;
  action_id: string | null;
  payment_method_token: string;
  amount_minor: string;
  currency: string;
  description: string;
  status: ChargeOutcome['status'];
  decline_code: string | null;
}

type Decision =
  /** `disputed`: the bank has another word to say, a moment later. */
  | { status: 'succeeded'; disputed?: boolean }
  /** `settles` false: never. */
  | { status: 'processing'; settles: boolean }
  | { status: 'requires_action' }
  | { status: 'declined'; declineCode: string };

/**
 * See PaymentGateway.charge. Two calls with one key meet at the unique index: one inserts, the
 * other waits for it and gives the same answer.
 */
export async function charge(
  context: SandboxContext,
  request: ChargeRequest,
): Promise<ChargeOutcome> {
  if (request.amountMinor <= 0n) throw new RangeError('A charge must be of more than zero');
  const requestHash = hashRequest(request);
  const { now, ...decision } = await decide(context, request);
  const isWaiting = decision.status === 'requires_action' || decision.status === 'processing';
  const row = await context.charging.inserts.load({
    id: newSecret('ch'),
    idempotency_key: request.idempotencyKey,
    request_hash: requestHash,
    action_id: decision.status === 'requires_action' ? newSecret('act') : null,
    payment_method_token: request.paymentMethodToken,
    amount_minor: request.amountMinor.toString(),
    currency: request.currency,
    description: request.description,
    off_session: request.offSession,
    status: decision.status,
    decline_code: decision.status === 'declined' ? decision.declineCode : null,
    created_at: now,
    settled_at: isWaiting ? null : now,
    due_at: hasMoreToSay(decision) ? new Date(now.getTime() + context.settlementMs) : null,
  });
  if (row) {
    const outcome = toOutcome(context, row);
    await context.faults.afterCharge?.(request, outcome);
    return outcome;
  }
  const earlier = await selectByKey(context, request.idempotencyKey);
  if (!earlier || earlier.request_hash !== requestHash) {
    throw new IdempotencyKeyReusedError(request.idempotencyKey);
  }
  return toOutcome(context, earlier);
}

/** See PaymentGateway.findCharge. */
export async function findCharge(
  context: SandboxContext,
  key: string,
): Promise<ChargeOutcome | null> {
  const row = await selectByKey(context, key);
  return row ? toOutcome(context, row) : null;
}

/** See PaymentGateway.cancelCharge. */
export async function cancelCharge(context: SandboxContext, key: string): Promise<ChargeOutcome> {
  await context.pool.query(
    `update sandbox_gateway.charge
     set status = 'declined', decline_code = 'canceled', settled_at = ${timeOfCharge('$2')}
     where idempotency_key = $1 and status = 'requires_action'`,
    [key, context.now()],
  );
  const row = await selectByKey(context, key);
  if (!row) throw new Error(`No charge with key ${key}`);
  return toOutcome(context, row);
}

/** What the challenge page shows. */
export interface Challenge {
  actionId: string;
  status: ChargeOutcome['status'];
  amountMinor: bigint;
  currency: string;
  description: string;
  brand: string;
  last4: string;
}

/** @returns null when there is no such challenge. */
export async function findChallenge(
  { pool }: SandboxContext,
  actionId: string,
): Promise<Challenge | null> {
  const { rows } = await pool.query<ChargeRow & { brand: string; last4: string }>(
    `select c.*, p.brand, p.last4
     from sandbox_gateway.charge c
     join sandbox_gateway.payment_method p on p.token = c.payment_method_token
     where c.action_id = $1`,
    [actionId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    actionId,
    status: row.status,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    description: row.description,
    brand: row.brand,
    last4: row.last4,
  };
}

/** Ends a challenge once, and reports it; later answers change nothing. */
export async function settleChallenge(
  context: SandboxContext,
  actionId: string,
  passed: boolean,
): Promise<void> {
  const waiting = await context.pool.query<{ alias: string }>(
    `select p.alias
     from sandbox_gateway.charge c
     join sandbox_gateway.payment_method p on p.token = c.payment_method_token
     where c.action_id = $1 and c.status = 'requires_action'`,
    [actionId],
  );
  const alias = waiting.rows[0]?.alias;
  if (alias === undefined) return;
  const { behaviour } = testCard(alias);
  const declineAfter = behaviour.kind === 'requires_action' ? behaviour.declineCodeAfter : null;
  const declineCode = passed ? declineAfter : 'authentication_failed';
  const client = await context.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<ChargeRow>(
      `update sandbox_gateway.charge
       set status = $2, decline_code = $3, settled_at = ${timeOfCharge('$4')}
       where action_id = $1 and status = 'requires_action'
       returning *`,
      [actionId, declineCode === null ? 'succeeded' : 'declined', declineCode, context.now()],
    );
    if (rows[0]) await queueWebhook(context, client, chargeUpdated(rows[0]));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  // At once: the customer returns to a page that shows how it went. Should it fail, it is tried again.
  await deliverWebhooks(context);
}

/** What is reported when something became of a charge; what, the receiver has to ask. */
export function chargeUpdated({ idempotency_key }: Pick<ChargeRow, 'idempotency_key'>) {
  return { type: 'charge.updated', data: { idempotencyKey: idempotency_key } } as const;
}

/** What accounts are held in; a debit in another currency is refused. */
export const currencyOf = { SEPA_DEBIT: 'EUR', US_BANK_ACCOUNT: 'USD' } as const;

/** The time of a charge's merchant, in a statement about it; `wall` is the sandbox's own. */
function timeOfCharge(wall: string): string {
  return `coalesce((
    select sandbox_gateway.time_of(merchant_id, ${wall}) from sandbox_gateway.payment_method
    where token = payment_method_token
  ), ${wall})`;
}

/** @returns what becomes of the charge, and what time it is for its merchant. */
async function decide(
  { charging, now: wall }: SandboxContext,
  { paymentMethodToken, currency }: ChargeRequest,
): Promise<Decision & { now: Date }> {
  const method = await charging.methods.load(paymentMethodToken);
  return method
    ? { now: method.now, ...decideFor(method, currency) }
    : { now: wall(), status: 'declined', declineCode: 'invalid_account' };
}

function decideFor(method: ChargedMethod, currency: string): Decision {
  if (method.type !== 'CARD') {
    if (currency !== currencyOf[method.type]) {
      return { status: 'declined', declineCode: 'currency_not_supported' };
    }
    return { status: 'processing', settles: testAccount(method.alias).behaviour.kind !== 'stays' };
  }
  if (isExpired(method.exp_month, method.exp_year, method.now)) {
    return { status: 'declined', declineCode: 'expired_card' };
  }
  const { behaviour } = testCard(method.alias);
  switch (behaviour.kind) {
    case 'succeeds':
    case 'fails_refund':
      return { status: 'succeeded' };
    case 'disputed':
      return { status: 'succeeded', disputed: true };
    case 'declines_at_attach':
    case 'declines_on_charge':
      return { status: 'declined', declineCode: behaviour.declineCode };
    case 'requires_action':
      return { status: 'requires_action' };
  }
}

function hasMoreToSay(decision: Decision): boolean {
  return (
    (decision.status === 'processing' && decision.settles) ||
    (decision.status === 'succeeded' && decision.disputed === true)
  );
}

async function selectByKey({ pool }: SandboxContext, key: string): Promise<ChargeRow | undefined> {
  const { rows } = await pool.query<ChargeRow>(
    'select * from sandbox_gateway.charge where idempotency_key = $1',
    [key],
  );
  return rows[0];
}

/** Everything that makes it the same charge; the description is only a remark. */
function hashRequest(request: ChargeRequest): string {
  const parts = [
    request.amountMinor.toString(),
    request.currency,
    request.paymentMethodToken,
    request.offSession,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function toOutcome({ publicUrl }: SandboxContext, row: ChargeRow): ChargeOutcome {
  const gatewayPaymentId = row.id;
  switch (row.status) {
    case 'requires_action': {
      const actionUrl = `${publicUrl}/sandbox-gateway/3ds/${row.action_id}`;
      return { status: 'requires_action', gatewayPaymentId, actionUrl };
    }
    case 'declined':
      return { status: 'declined', gatewayPaymentId, declineCode: row.decline_code! };
    default:
      return { status: row.status, gatewayPaymentId };
  }
}
