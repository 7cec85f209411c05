/** Cards and accounts that may be charged: attaching, detaching, and making them for tests. */
import type { GatewayPaymentMethod, PaymentGateway } from '@4geeks/billing/ports';

import type { SandboxContext } from './context.ts';
import { keyedHash, newSecret } from './secrets.ts';
import {
  keepAccount,
  keepCard,
  keptColumns,
  keptValues,
  type KeptMethod,
  type Owner,
} from './setups.ts';
import { accountNumberOf, testAccount, type TestAccountAlias } from './test-accounts.ts';
import { testCard, type TestCardAlias } from './test-cards.ts';

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
      KeptMethod & {
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
      declineCode = refusalOf(row);
      if (declineCode === null) {
        token = newSecret('pm');
        await client.query(insertPaymentMethod, [
          token,
          input.merchantId,
          input.customerId,
          context.now(),
          ...keptValues(row),
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
      : { status: 'attached', paymentMethod: toPaymentMethod(token, row) };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** @returns why the issuer refuses the card itself; accounts are judged when they are debited. */
function refusalOf({ type, alias }: KeptMethod): string | null {
  if (type !== 'CARD') return null;
  const { behaviour } = testCard(alias);
  return behaviour.kind === 'declines_at_attach' ? behaviour.declineCode : null;
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

/** A payment method by its test card's or account's name, without anybody entering a number. */
export type TestPaymentMethodInput = Owner &
  (
    | {
        card: TestCardAlias;
        expMonth: number;
        /** Four digits; may be past. */
        expYear: number;
      }
    | { account: TestAccountAlias; holderName: string }
  );

/** For seeds and tests: what entering and attaching it would have made. */
export async function createTestPaymentMethod(
  context: SandboxContext,
  input: TestPaymentMethodInput,
): Promise<GatewayPaymentMethod> {
  const { merchantId, customerId } = input;
  const kept = 'card' in input ? testCardOf(context, input) : testAccountOf(context, input);
  const token = newSecret('pm');
  await context.pool.query(insertPaymentMethod, [
    token,
    merchantId,
    customerId,
    context.now(),
    ...keptValues(kept),
  ]);
  return toPaymentMethod(token, kept);
}

function testCardOf(
  context: SandboxContext,
  input: Extract<TestPaymentMethodInput, { card: TestCardAlias }>,
): KeptMethod {
  const { card: alias, expMonth, expYear, merchantId } = input;
  const { number, brand } = testCard(alias);
  const last4 = number.slice(-4);
  return keepCard(context, merchantId, { number, alias, brand, last4, expMonth, expYear });
}

function testAccountOf(
  context: SandboxContext,
  input: Extract<TestPaymentMethodInput, { account: TestAccountAlias }>,
): KeptMethod {
  const { account: alias, holderName, merchantId } = input;
  const account = testAccount(alias);
  const ofSepa = account.type === 'SEPA_DEBIT';
  const number = accountNumberOf(account);
  return keepAccount(context, merchantId, {
    type: account.type,
    alias,
    number: ofSepa ? number : `${account.routingNumber}:${number}`,
    brand: ofSepa ? 'sepa_debit' : 'us_bank_account',
    last4: number.slice(-4),
    bankName: account.bankName,
    country: ofSepa ? number.slice(0, 2) : 'US',
    holderName,
  });
}

const insertPaymentMethod = `
  insert into sandbox_gateway.payment_method
    (token, merchant_id, customer_id, created_at, ${keptColumns})
  values ($1, $2, $3, sandbox_gateway.time_of($2, $4), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

function toPaymentMethod(token: string, kept: KeptMethod): GatewayPaymentMethod {
  return {
    token,
    type: kept.type,
    fingerprint: kept.fingerprint,
    brand: kept.brand,
    last4: kept.last4,
    expMonth: kept.exp_month,
    expYear: kept.exp_year,
    bankName: kept.bank_name,
    country: kept.country,
    mandateReference: kept.mandate_reference,
  };
}
