import { randomUUIDv7 } from 'node:crypto';
import {
  Prisma,
  type Customer,
  type Invoice,
  type Payment,
  type PaymentMethod,
  type PaymentTrigger,
  type SqlRunner,
} from '@4geeks/prisma';
import { lockInvoices, lockRows } from '../access/lock.ts';
import { oweFailureEmail } from '../notification/owe-failure-email.ts';
import type { PlainTransaction } from '../transaction.ts';
import { amountDue, type AmountDueFacts } from './amount-due.ts';
import { isInGrace } from './dunning-end.ts';
import { withinAttemptCap } from './plan-next-attempt.ts';

export interface CollectInvoiceInput {
  merchantId: string;
  invoiceId: string;
  trigger: PaymentTrigger;
  /**
   * Names this attempt and becomes its idempotency key at the gateway. The same key never makes a
   * second attempt, so the job that carries it may run any number of times.
   */
  attemptKey: string;
  /**
   * The failed payment after which this one is made with the customer's backup method; absent: it
   * is made with the default. Outside the schedule whatever the trigger.
   */
  backupFor?: string | undefined;
}

/** Why no attempt was made. */
export type NotAttempted =
  | 'not_found'
  | 'not_open'
  | 'not_due'
  | 'already_attempted'
  | 'in_flight'
  | 'no_payment_method'
  | 'no_backup_method';

/** An attempt that is committed, with what the gateway is asked with. */
export interface BegunAttempt {
  payment: Pick<
    Payment,
    'id' | 'merchantId' | 'customerId' | 'invoiceId' | 'idempotencyKey' | 'amountMinor' | 'currency'
  >;
  invoice: Pick<Invoice, 'number'>;
  method: Pick<PaymentMethod, 'gatewayToken'>;
}

/**
 * Begins one attempt on each invoice, in the caller's transaction: it must commit before the gateway
 * is asked. Locks subscriptions and invoices, and first the customers of those to be charged to
 * their backup.
 *
 * @returns one answer for each input, in their order. Of two for one invoice the first may begin.
 */
export async function beginAttempts(
  transaction: PlainTransaction,
  inputs: readonly CollectInvoiceInput[],
): Promise<(BegunAttempt | NotAttempted)[]> {
  const { sql } = transaction;
  // A backup may be removed at any time, but not while it is being chosen.
  await lockCustomersOf(
    sql,
    inputs.filter(({ backupFor }) => backupFor !== undefined),
  );
  const keys = inputs.map(({ merchantId, invoiceId: id }) => ({ merchantId, id }));
  const [, rows] = await Promise.all([lockInvoices(sql, keys), readCollectables(sql, inputs)]);
  const found = new Map(rows.map((row) => [nameOf(row.merchantId, row.id, row.attemptKey), row]));

  const begun = new Map<string, string>();
  const attempts: NewAttempt[] = [];
  const results: (BegunAttempt | NotAttempted)[] = [];
  for (const input of inputs) {
    const key = begun.get(input.invoiceId);
    if (key !== undefined) {
      results.push(key === input.attemptKey ? 'already_attempted' : 'in_flight');
      continue;
    }
    const row = found.get(nameOf(input.merchantId, input.invoiceId, input.attemptKey));
    const decision = row ? decide(row, input, transaction.now) : 'not_found';
    if (!row || typeof decision === 'string') {
      if (row && decision === 'no_backup_method') {
        // Taken away meanwhile: the failure of the default is the last word, and still to be told.
        const { customerId, email, locale } = row;
        const customer = { id: customerId, email, locale };
        const failed = { paymentId: input.backupFor ?? null, trigger: input.trigger };
        await oweFailureEmail(transaction, { ...row, customer }, failed);
      }
      results.push(decision as NotAttempted);
      continue;
    }
    if ('notBefore' in decision) {
      await postpone(sql, input, decision.notBefore);
      results.push('not_due');
      continue;
    }
    const attempt = newAttempt(row, input, decision.method);
    begun.set(input.invoiceId, input.attemptKey);
    attempts.push(attempt);
    results.push({ payment: attempt, invoice: row, method: decision.method });
  }
  await insertAttempts(transaction, attempts);
  return results;
}

const nameOf = (...parts: string[]) => parts.join(' ');

/** Locks the customers of these invoices. */
export async function lockCustomersOf(
  sql: SqlRunner,
  inputs: readonly Pick<CollectInvoiceInput, 'merchantId' | 'invoiceId'>[],
): Promise<void> {
  if (inputs.length === 0) return;
  const ids = inputs.map(({ invoiceId }) => invoiceId);
  const customers = await sql.query<{ merchantId: string; id: string }>(Prisma.sql`
    SELECT DISTINCT "merchantId", "customerId" AS id FROM "Invoice"
    WHERE id = ANY(${ids}::uuid[])`);
  await lockRows(sql, 'Customer', customers);
}

type ChargeableMethod = Pick<PaymentMethod, 'id' | 'gatewayToken'>;

/** An invoice with what decides whether it may be attempted now. */
type Collectable = AmountDueFacts &
  Pick<
    Invoice,
    'id' | 'merchantId' | 'customerId' | 'status' | 'number' | 'currency' | 'nextAttemptAt'
  > & {
    /** Of the input it was read for. */
    attemptKey: string;
    email: Customer['email'];
    locale: Customer['locale'];
    lostAt: Date | null;
    attemptCap: number | null;
    lastAttempt: number;
    attempted: boolean;
    inFlight: boolean;
    attemptedAt: Date[];
    defaultId: string | null;
    defaultToken: string | null;
    backupId: string | null;
    backupToken: string | null;
  };

/** Read each invoice named, under its lock. One row an input whose invoice exists. */
async function readCollectables(
  sql: SqlRunner,
  inputs: readonly CollectInvoiceInput[],
): Promise<Collectable[]> {
  const asked = inputs.map(({ merchantId, invoiceId, attemptKey }) => ({
    merchantId,
    invoiceId,
    attemptKey,
  }));
  return sql.query<Collectable>(Prisma.sql`
    SELECT asked."attemptKey", invoice.id, invoice."merchantId", invoice."customerId",
      invoice.status, invoice.number, invoice.currency, invoice."totalMinor",
      invoice."amountPaidMinor", invoice."amountCreditedMinor", invoice."balanceAppliedMinor",
      invoice."nextAttemptAt", customer.email, customer.locale, "lostAt", "attemptCap",
      "lastAttempt", attempted, "inFlight", "attemptedAt",
      by_default.id AS "defaultId", by_default."gatewayToken" AS "defaultToken",
      backup.id AS "backupId", backup."gatewayToken" AS "backupToken"
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS asked (
      "merchantId" uuid, "invoiceId" uuid, "attemptKey" text
    )
    JOIN "Invoice" AS invoice
      ON invoice.id = asked."invoiceId" AND invoice."merchantId" = asked."merchantId"
    JOIN "Customer" AS customer ON customer.id = invoice."customerId"
    LEFT JOIN "DunningCase" ON "DunningCase"."invoiceId" = invoice.id
    LEFT JOIN "DunningPolicy" ON "DunningPolicy".id = invoice."dunningPolicyId"
    LEFT JOIN "PaymentMethod" AS by_default ON by_default."customerId" = customer.id
      AND by_default."isDefault" AND by_default."removedAt" IS NULL
    LEFT JOIN "PaymentMethod" AS backup ON backup."customerId" = customer.id
      AND backup."isBackup" AND backup."removedAt" IS NULL
    CROSS JOIN LATERAL (
      SELECT coalesce(max("attemptNumber"), 0) AS "lastAttempt",
        coalesce(bool_or("idempotencyKey" = asked."attemptKey"), false) AS attempted,
        coalesce(bool_or(status IN ('PENDING', 'PROCESSING', 'REQUIRES_ACTION')), false)
          AS "inFlight",
        coalesce(array_agg("createdAt"), '{}') AS "attemptedAt"
      FROM "Payment" WHERE "invoiceId" = invoice.id
    ) AS payments
    -- Says that they are few: by index, whatever the size of the table.
    WHERE invoice.id = ANY(${asked.map(({ invoiceId }) => invoiceId)}::uuid[])`);
}

/** Whether the retry that is planned is what is asked for; other attempts are outside the schedule. */
function isScheduled({ trigger, backupFor }: CollectInvoiceInput): boolean {
  return trigger === 'DUNNING' && !backupFor;
}

/**
 * Pure.
 * @returns what to charge; `notBefore` when the cap on attempts puts the retry off until then.
 */
function decide(
  row: Collectable,
  input: CollectInvoiceInput,
  now: Date,
): { method: ChargeableMethod } | { notBefore: Date } | NotAttempted {
  if (row.attempted) return 'already_attempted';
  if (row.status !== 'OPEN') return 'not_open';
  if (row.inFlight) return 'in_flight';
  if (isScheduled(input)) {
    if (!row.nextAttemptAt || row.nextAttemptAt > now) return 'not_due';
    if (isInGrace(row, row)) return 'not_due';
    // What somebody asked for meanwhile counts too.
    const { attemptedAt, attemptCap } = row;
    const at = attemptCap === null ? now : withinAttemptCap(now, attemptedAt, attemptCap);
    if (at > now) return { notBefore: at };
  }
  if (input.backupFor) {
    return row.backupId && row.backupToken
      ? { method: { id: row.backupId, gatewayToken: row.backupToken } }
      : 'no_backup_method';
  }
  return row.defaultId && row.defaultToken
    ? { method: { id: row.defaultId, gatewayToken: row.defaultToken } }
    : 'no_payment_method';
}

type NewAttempt = BegunAttempt['payment'] &
  Pick<Payment, 'paymentMethodId' | 'trigger' | 'attemptNumber'> & { scheduled: boolean };

function newAttempt(
  row: Collectable,
  input: CollectInvoiceInput,
  method: ChargeableMethod,
): NewAttempt {
  return {
    id: randomUUIDv7() as string,
    merchantId: row.merchantId,
    customerId: row.customerId,
    invoiceId: row.id,
    paymentMethodId: method.id,
    trigger: input.trigger,
    attemptNumber: row.lastAttempt + 1,
    amountMinor: amountDue(row),
    currency: row.currency,
    idempotencyKey: input.attemptKey,
    scheduled: isScheduled(input),
  };
}

/** Writes the attempts, takes the planned retries that they are, and records that they began. */
async function insertAttempts(
  { send, now, record }: PlainTransaction,
  attempts: readonly NewAttempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map((attempt) => ({
    ...attempt,
    amountMinor: attempt.amountMinor.toString(),
  }));
  send(Prisma.sql`
    INSERT INTO "Payment" (
      id, "merchantId", "customerId", "invoiceId", "paymentMethodId", trigger, "attemptNumber",
      "amountMinor", currency, "idempotencyKey", "createdAt"
    )
    SELECT id, "merchantId", "customerId", "invoiceId", "paymentMethodId", trigger,
      "attemptNumber", "amountMinor", currency, "idempotencyKey", ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS attempt (
      id uuid, "merchantId" uuid, "customerId" uuid, "invoiceId" uuid, "paymentMethodId" uuid,
      trigger "PaymentTrigger", "attemptNumber" int, "amountMinor" bigint, currency char(3),
      "idempotencyKey" text
    )`);
  const taken = attempts.filter(({ scheduled }) => scheduled);
  if (taken.length > 0) takeRetries(send, taken);
  for (const { id, merchantId, customerId, invoiceId, trigger, attemptNumber } of attempts) {
    await record({
      merchantId,
      customerId,
      type: 'payment.started',
      objectType: 'payment',
      objectId: id,
      data: { invoiceId, trigger, attemptNumber },
    });
  }
}

/** The sweep must not find them again while they are in flight. Settling plans what follows. */
function takeRetries(send: PlainTransaction['send'], attempts: readonly NewAttempt[]): void {
  send(Prisma.sql`
    UPDATE "Invoice" SET "nextAttemptAt" = NULL, "dunningRetries" = "dunningRetries" + 1
    WHERE id = ANY(${attempts.map(({ invoiceId }) => invoiceId)}::uuid[])`);
}

async function postpone(
  sql: SqlRunner,
  { merchantId, invoiceId }: CollectInvoiceInput,
  nextAttemptAt: Date,
): Promise<void> {
  await sql.query(Prisma.sql`
    UPDATE "Invoice" SET "nextAttemptAt" = ${nextAttemptAt}::timestamptz
    WHERE id = ${invoiceId}::uuid AND "merchantId" = ${merchantId}::uuid`);
}
