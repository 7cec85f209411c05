/**
 * The embedded payment processor: another system that happens to run in this process. It has its own
 * Postgres schema and its own connections, so that a rollback of ours never un-charges, and it knows
 * billing only by the port.
 *
 * Terms: a *setup* is the permission to enter one card for one customer, held by whoever has its
 * client secret; a *setup token* is a card that was entered, good for one attach; a *test card* is a
 * published number with a known behaviour, see test-cards.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import {
  GatewayFault,
  type GatewayPaymentMethod,
  type PaymentGateway,
} from '@4geeks/billing/ports';
import pg from 'pg';

import { migrateOwnSchema } from '../../own-schema.ts';
import { handleChallenge, type ChargeSettled } from './challenge-page.ts';
import { cancelCharge, charge, findCharge, IdempotencyKeyReusedError } from './charges.ts';
import type { SandboxContext, SandboxFaults, SandboxOperation } from './context.ts';
import { findRefund, refund } from './refunds.ts';
import { schemaName, schemaSteps } from './schema.ts';
import * as setups from './setups.ts';
import { moveTestClock } from './test-clocks.ts';
import { createTokenEndpoint } from './token-endpoint.ts';

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
   * What card expiry is judged by and charges are dated with, where no test clock was set for the
   * merchant. Default: the wall clock.
   */
  now?: () => Date;
  /** Most connections held at once. Default 5. */
  poolSize?: number;
  /** A customer finished a 3-D Secure challenge: ask `findCharge` about this key. */
  onChargeSettled?: ChargeSettled;
}

export interface SandboxGateway {
  gateway: PaymentGateway;
  /**
   * Answers what the sandbox serves over HTTP (`/sandbox-gateway/*`); null for any other path.
   * @param clientAddress counts card entries per caller when given.
   */
  handleHttp(request: Request, clientAddress?: string): Promise<Response | null>;
  /** A saved card by its test card's name, expired ones too. For seeds and tests. */
  createTestPaymentMethod(input: setups.TestPaymentMethodInput): Promise<GatewayPaymentMethod>;
  /** Creates or updates the sandbox's tables. Call before anything else. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const prefix = '/sandbox-gateway/';

export function createSandboxGateway(options: SandboxGatewayOptions): SandboxGateway {
  const { latencyMs = 0, faults = {}, onChargeSettled = () => {} } = options;
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
  const context: SandboxContext = {
    pool,
    secret: options.secret,
    publicUrl: options.publicUrl.replace(/\/+$/, ''),
    now: options.now ?? (() => new Date()),
    faults,
  };
  const takeCard = createTokenEndpoint(context);

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
      createSetup: (input) => answer('createSetup', () => setups.createSetup(context, input)),
      attachPaymentMethod: (input) =>
        answer('attachPaymentMethod', () => setups.attachPaymentMethod(context, input)),
      detachPaymentMethod: (token) =>
        answer('detachPaymentMethod', () => setups.detachPaymentMethod(context, token)),
      charge: (request) => answer('charge', () => charge(context, request)),
      findCharge: (key) => answer('findCharge', () => findCharge(context, key)),
      cancelCharge: (key) => answer('cancelCharge', () => cancelCharge(context, key)),
      refund: (request) => answer('refund', () => refund(context, request)),
      findRefund: (key) => answer('findRefund', () => findRefund(context, key)),
      moveTestClock: (input) => answer('moveTestClock', () => moveTestClock(context, input)),
      // Nothing happens here later: every charge and refund is decided at once or by somebody.
      nextTestClockEvent: async () => null,
    },

    async handleHttp(request, clientAddress) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(prefix)) return null;
      const [resource, id] = pathname.slice(prefix.length).split('/');
      if (resource === 'tokens' && id === undefined) return takeCard(request, clientAddress);
      if (resource === '3ds' && id) return handleChallenge(context, request, id, onChargeSettled);
      return new Response('Not found', { status: 404 });
    },

    createTestPaymentMethod: (input) => setups.createTestPaymentMethod(context, input),
    migrate: () => migrateOwnSchema(pool, schemaName, schemaSteps),
    close: () => pool.end(),
  };
}
