/** Entry of a new card: setup, token, payment method. */
import { randomUUID } from 'node:crypto';

import type { GatewayPaymentMethod, PaymentGateway } from '@4geeks/billing/ports';

import type { AcceptedCard } from './card-details.ts';
import type { SandboxContext } from './context.ts';
import { cardFingerprint, keyedHash, newSecret } from './secrets.ts';
import { testCard, type TestCardAlias } from './test-cards.ts';

const setupMinutes = 60;
const tokenMinutes = 15;
/** Tries per setup: enough for typing errors, too few to try out cards. */
const tokensPerSetup = 20;

interface PaymentMethodRow {
  token: string;
  card: string;
  brand: string;
  last4: string;
  fingerprint: string;
  exp_month: number;
  exp_year: number;
}

type Owner = { merchantId: string; customerId: string };

/** See PaymentGateway.createSetup. */
export async function createSetup(
  { pool, secret }: SandboxContext,
  { merchantId, customerId }: Owner,
): Promise<{ clientSecret: string; tokenEndpoint: string }> {
  const clientSecret = newSecret('setup');
  await pool.query(
    `insert into sandbox_gateway.setup (id, client_secret_hash, merchant_id, customer_id, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(mins => $5))`,
    [
      randomUUID(),
      keyedHash(secret, 'client-secret', clientSecret),
      merchantId,
      customerId,
      setupMinutes,
    ],
  );
  await pool.query(`delete from sandbox_gateway.setup where expires_at < now() - interval '1 day'`);
  return { clientSecret, tokenEndpoint: '/sandbox-gateway/tokens' };
}

/** A setup that still takes cards. */
export interface OpenSetup {
  id: string;
  merchantId: string;
}

/**
 * Counts one more try against the setup.
 * @returns null when the secret is unknown or has expired.
 */
export async function useSetup(
  { pool, secret }: SandboxContext,
  clientSecret: string,
): Promise<OpenSetup | 'too_many_tries' | null> {
  const { rows } = await pool.query<{ id: string; merchant_id: string; tokens_made: number }>(
    `update sandbox_gateway.setup set tokens_made = tokens_made + 1
     where client_secret_hash = $1 and expires_at > now()
     returning id, merchant_id, tokens_made`,
    [keyedHash(secret, 'client-secret', clientSecret)],
  );
  const row = rows[0];
  if (!row) return null;
  if (row.tokens_made > tokensPerSetup) return 'too_many_tries';
  return { id: row.id, merchantId: row.merchant_id };
}

/** @returns the setup token: single use, shown once. */
export async function createSetupToken(
  { pool, secret }: SandboxContext,
  setup: OpenSetup,
  card: AcceptedCard,
): Promise<string> {
  const setupToken = newSecret('tok');
  await pool.query(
    `insert into sandbox_gateway.setup_token
       (token_hash, setup_id, card, brand, last4, fingerprint, exp_month, exp_year, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(mins => $9))`,
    [
      keyedHash(secret, 'setup-token', setupToken),
      setup.id,
      card.alias,
      card.brand,
      card.last4,
      cardFingerprint(secret, setup.merchantId, card.number),
      card.expMonth,
      card.expYear,
      tokenMinutes,
    ],
  );
  return setupToken;
}

/** See PaymentGateway.attachPaymentMethod. */
export async function attachPaymentMethod(
  context: SandboxContext,
  input: Owner & { setupToken: string },
): ReturnType<PaymentGateway['attachPaymentMethod']> {
  const tokenHash = keyedHash(context.secret, 'setup-token', input.setupToken);
  const client = await context.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<
      PaymentMethodRow & {
        open: boolean;
        consumed_at: Date | null;
        payment_method_token: string | null;
        decline_code: string | null;
      }
    >(
      `select t.*, t.expires_at > now() as open
       from sandbox_gateway.setup_token t join sandbox_gateway.setup s on s.id = t.setup_id
       where t.token_hash = $1 and s.merchant_id = $2 and s.customer_id = $3
       for update of t`,
      [tokenHash, input.merchantId, input.customerId],
    );
    const row = rows[0];
    if (!row || (row.consumed_at === null && !row.open)) {
      await client.query('rollback');
      return { status: 'invalid_token' };
    }

    let { payment_method_token: token, decline_code: declineCode } = row;
    if (row.consumed_at === null) {
      const { behaviour } = testCard(row.card);
      if (behaviour.kind === 'declines_at_attach') declineCode = behaviour.declineCode;
      else {
        token = newSecret('pm');
        await client.query(insertPaymentMethod, [
          token,
          input.merchantId,
          input.customerId,
          row.card,
          row.brand,
          row.last4,
          row.fingerprint,
          row.exp_month,
          row.exp_year,
          context.now(),
        ]);
      }
      await client.query(
        `update sandbox_gateway.setup_token
         set consumed_at = now(), payment_method_token = $2, decline_code = $3
         where token_hash = $1`,
        [tokenHash, token, declineCode],
      );
    }
    await client.query('commit');
    return token === null
      ? { status: 'declined', declineCode: declineCode! }
      : { status: 'attached', paymentMethod: toPaymentMethod({ ...row, token }) };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** See PaymentGateway.detachPaymentMethod. */
export async function detachPaymentMethod(
  { pool, now }: SandboxContext,
  token: string,
): Promise<void> {
  await pool.query(
    `update sandbox_gateway.payment_method set detached_at = sandbox_gateway.time_of(merchant_id, $2)
     where token = $1 and detached_at is null`,
    [token, now()],
  );
}

/** A payment method by its test card's name, without anybody entering a number. */
export interface TestPaymentMethodInput extends Owner {
  card: TestCardAlias;
  expMonth: number;
  /** Four digits; may be past. */
  expYear: number;
}

/** For seeds and tests: what entering and attaching that card would have made. */
export async function createTestPaymentMethod(
  { pool, secret, now }: SandboxContext,
  { merchantId, customerId, card, expMonth, expYear }: TestPaymentMethodInput,
): Promise<GatewayPaymentMethod> {
  const { number, brand } = testCard(card);
  const row: PaymentMethodRow = {
    token: newSecret('pm'),
    card,
    brand,
    last4: number.slice(-4),
    fingerprint: cardFingerprint(secret, merchantId, number),
    exp_month: expMonth,
    exp_year: expYear,
  };
  await pool.query(insertPaymentMethod, [
    row.token,
    merchantId,
    customerId,
    card,
    brand,
    row.last4,
    row.fingerprint,
    expMonth,
    expYear,
    now(),
  ]);
  return toPaymentMethod(row);
}

const insertPaymentMethod = `
  insert into sandbox_gateway.payment_method
    (token, merchant_id, customer_id, card, brand, last4, fingerprint, exp_month, exp_year, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, sandbox_gateway.time_of($2, $10))`;

function toPaymentMethod(row: PaymentMethodRow): GatewayPaymentMethod {
  return {
    token: row.token,
    type: 'CARD',
    fingerprint: row.fingerprint,
    brand: row.brand,
    last4: row.last4,
    expMonth: row.exp_month,
    expYear: row.exp_year,
  };
}
