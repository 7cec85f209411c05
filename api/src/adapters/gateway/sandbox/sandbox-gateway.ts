/**
 * The embedded payment processor: another system that happens to run in this process. It has its own
 * Postgres schema and its own connections, so that a rollback of ours never un-charges, and it knows
 * billing only by the port; what happens later it reports by signed webhooks.
 *
 * Terms: a *setup* is the permission to enter one card or account for one customer, held by whoever
 * has its client secret; a *setup token* is one that was entered, good for one attach; a *test card*
 * or *test account* is a published number with a known behaviour, see test-cards.ts and
 * test-accounts.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import {
  GatewayFault,
  type GatewayPaymentMethod,
  type PaymentGateway,
} from '@4geeks/billing/ports';
import pg from 'pg';

import { migrateOwnSchema } from '../../own-schema.ts';
import { handleChallenge } from './challenge-page.ts';
import {
  cancelCharge,
  charge,
  currencyOf,
  findCharge,
  IdempotencyKeyReusedError,
} from './charges.ts';
import { createCharging } from './charging.ts';
import type { SandboxContext, SandboxFaults, SandboxOperation, WebhookTarget } from './context.ts';
import { handleDispute } from './dispute-page.ts';
import { findDispute, listDisputes } from './disputes.ts';
import * as methods from './payment-methods.ts';
import { findRefund, refund } from './refunds.ts';
import { runRepeatedly } from './run-repeatedly.ts';
import { schemaName, schemaSteps } from './schema.ts';
import { nextSettlementAt, settleDueCharges } from './settlements.ts';
import { createSetup } from './setups.ts';
import { moveTestClock } from './test-clocks.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { deliverWebhooks } from './webhooks.ts';

export type { SandboxFaults, SandboxOperation } from './context.ts';

export interface SandboxGatewayOptions {
  connectionString: string;
  /** Where this installation is reached; a trailing slash does not matter. */
  publicUrl: string;
  /** Key of hashes and fingerprints. Changing it makes the same card look like another. */
  secret: string;
  /** Pretended distance: every call of the port takes at least this long. Default 0. */
  latencyMs?: number;
  faults?: SandboxFaults;
  /**
   * What card expiry is judged by, charges are dated with and debits settle by, where no test clock was
   * set for the merchant. Default: the wall clock.
   */
  now?: () => Date;
  /** Most connections held at once. Default 5. */
  poolSize?: number;
  /** From accepting a debit to the bank's word on it, by its clock. Default 8 s. */
  settlementMs?: number;
  /** Where it reports what became of charges. */
  webhooks: WebhookTarget;
}

export interface SandboxGateway {
  gateway: PaymentGateway;
  /**
   * Answers what the sandbox serves over HTTP (`/sandbox-gateway/*`); null for any other path.
   * @param clientAddress counts card entries per caller when given.
   */
  handleHttp(request: Request, clientAddress?: string): Promise<Response | null>;
  /** A saved card or account by its name among the test ones, expired too. For seeds and tests. */
  createTestPaymentMethod(input: methods.TestPaymentMethodInput): Promise<GatewayPaymentMethod>;
  /** Lets the bank say what is due by the sandbox's clock, and reports it. */
  settleDue(): Promise<void>;
  /** When it has something to say next; null: never. */
  nextSettlementAt(): Promise<Date | null>;
  /** Calls `settleDue` again and again, until `close`. */
  start(onError: (error: unknown) => void): void;
  /** Creates or updates the sandbox's tables. Call before anything else. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const prefix = '/sandbox-gateway/';
const lookEveryMs = 1000;
const debitTypes = ['SEPA_DEBIT', 'US_BANK_ACCOUNT'] as const;

export function createSandboxGateway(options: SandboxGatewayOptions): SandboxGateway {
  const { latencyMs = 0, faults = {} } = options;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.poolSize ?? 5,
    application_name: 'sandbox-gateway',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end
  // the process.
  pool.on('error', () => {});
  const now = options.now ?? (() => new Date());
  const context: SandboxContext = {
    pool,
    charging: createCharging(pool, now),
    secret: options.secret,
    publicUrl: options.publicUrl.replace(/\/+$/, ''),
    now,
    faults,
    settlementMs: options.settlementMs ?? 8000,
    webhooks: options.webhooks,
  };
  const takeMethod = createTokenEndpoint(context);
  let stop = async () => {};

  async function settleDue(): Promise<void> {
    await settleDueCharges(context);
    await deliverWebhooks(context);
  }

  /** Whatever goes wrong inside is, seen from outside, no answer. */
  async function answer<T>(operation: SandboxOperation, work: () => Promise<T>): Promise<T> {
    try {
      if (latencyMs > 0) await sleep(latencyMs);
      await faults.beforeRequest?.(operation);
      return await work();
    } catch (error) {
      if (
        error instanceof GatewayFault ||
        error instanceof IdempotencyKeyReusedError ||
        error instanceof RangeError
      ) {
        throw error;
      }
      throw new GatewayFault(`Sandbox gateway: ${operation} failed`, { cause: error });
    }
  }

  return {
    gateway: {
      createSetup: (input) => answer('createSetup', () => createSetup(context, input)),
      attachPaymentMethod: (input) =>
        answer('attachPaymentMethod', () => methods.attachPaymentMethod(context, input)),
      detachPaymentMethod: (token) =>
        answer('detachPaymentMethod', () => methods.detachPaymentMethod(context, token)),
      charge: (request) => answer('charge', () => charge(context, request)),
      findCharge: (key) => answer('findCharge', () => findCharge(context, key)),
      cancelCharge: (key) => answer('cancelCharge', () => cancelCharge(context, key)),
      refund: (request) => answer('refund', () => refund(context, request)),
      findRefund: (key) => answer('findRefund', () => findRefund(context, key)),
      findDispute: (id) => answer('findDispute', () => findDispute(context, id)),
      listDisputes: ({ openedSince }) =>
        answer('listDisputes', () => listDisputes(context, openedSince)),
      moveTestClock: (input) =>
        answer('moveTestClock', async () => {
          await moveTestClock(context, input);
          await settleDue();
        }),
      nextTestClockEvent: (merchantId) => nextSettlementAt(context, merchantId),
      methodTypesFor: (currency) => [
        'CARD',
        ...debitTypes.filter((type) => currencyOf[type] === currency),
      ],
    },

    async handleHttp(request, clientAddress) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(prefix)) return null;
      const [resource, id] = pathname.slice(prefix.length).split('/');
      if (resource === 'tokens' && id === undefined) return takeMethod(request, clientAddress);
      if (resource === '3ds' && id) return handleChallenge(context, request, id);
      if (resource === 'disputes' && id) return handleDispute(context, request, id);
      return new Response('Not found', { status: 404 });
    },

    createTestPaymentMethod: (input) => methods.createTestPaymentMethod(context, input),
    migrate: () => migrateOwnSchema(pool, schemaName, schemaSteps),
    settleDue,
    nextSettlementAt: () => nextSettlementAt(context),
    start(onError) {
      stop = runRepeatedly(settleDue, { everyMs: lookEveryMs, onError });
    },
    async close() {
      await stop();
      await pool.end();
    },
  };
}
