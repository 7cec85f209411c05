/** Entry of a new card or account: setup and setup token. */
import { randomUUID } from 'node:crypto';

import type { AcceptedAccount } from './account-details.ts';
import type { AcceptedCard } from './card-details.ts';
import type { SandboxContext } from './context.ts';
import { keyedHash, methodFingerprint, newMandateReference, newSecret } from './secrets.ts';

const setupMinutes = 60;
const tokenMinutes = 15;
/** Tries per setup: enough for typing errors, too few to try out cards. */
const tokensPerSetup = 20;

export type Owner = { merchantId: string; customerId: string };

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

/** What of a card or an account the sandbox keeps: never its number. */
export interface KeptMethod {
  type: 'CARD' | 'SEPA_DEBIT' | 'US_BANK_ACCOUNT';
  /** Of the test card or account: all the sandbox needs to know how to behave. */
  alias: string;
  brand: string;
  last4: string;
  fingerprint: string;
  exp_month: number | null;
  exp_year: number | null;
  bank_name: string | null;
  country: string | null;
  holder_name: string | null;
  mandate_reference: string | null;
  mandate_accepted_at: Date | null;
}

/** In the order of `keptValues`. */
export const keptColumns = `type, alias, brand, last4, fingerprint, exp_month, exp_year, bank_name,
  country, holder_name, mandate_reference, mandate_accepted_at`;

export function keptValues(kept: KeptMethod): unknown[] {
  return [
    kept.type,
    kept.alias,
    kept.brand,
    kept.last4,
    kept.fingerprint,
    kept.exp_month,
    kept.exp_year,
    kept.bank_name,
    kept.country,
    kept.holder_name,
    kept.mandate_reference,
    kept.mandate_accepted_at,
  ];
}

/** The number ends here: a keyed hash and the last four digits go on. */
export function keepCard(
  { secret }: SandboxContext,
  merchantId: string,
  card: AcceptedCard,
): KeptMethod {
  return {
    type: 'CARD',
    alias: card.alias,
    brand: card.brand,
    last4: card.last4,
    fingerprint: methodFingerprint(secret, merchantId, card.number),
    exp_month: card.expMonth,
    exp_year: card.expYear,
    bank_name: null,
    country: null,
    holder_name: null,
    mandate_reference: null,
    mandate_accepted_at: null,
  };
}

/** The same for an account, with a new mandate: its holder has just accepted it. */
export function keepAccount(
  { secret, now }: SandboxContext,
  merchantId: string,
  account: AcceptedAccount,
): KeptMethod {
  return {
    type: account.type,
    alias: account.alias,
    brand: account.brand,
    last4: account.last4,
    fingerprint: methodFingerprint(secret, merchantId, account.number),
    exp_month: null,
    exp_year: null,
    bank_name: account.bankName,
    country: account.country,
    holder_name: account.holderName,
    mandate_reference: newMandateReference(),
    mandate_accepted_at: now(),
  };
}

/** @returns the setup token: single use, shown once. */
export async function createSetupToken(
  { pool, secret }: SandboxContext,
  setup: OpenSetup,
  kept: KeptMethod,
): Promise<string> {
  const setupToken = newSecret('tok');
  await pool.query(
    `insert into sandbox_gateway.setup_token
       (token_hash, setup_id, expires_at, ${keptColumns})
     values ($1, $2, now() + make_interval(mins => $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
       $14, $15)`,
    [keyedHash(secret, 'setup-token', setupToken), setup.id, tokenMinutes, ...keptValues(kept)],
  );
  return setupToken;
}
