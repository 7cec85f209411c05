/**
 * How often somebody may ask. Two kinds, counted in two places:
 *
 * - *Tries* of what guesses secrets, sends mails or charges cards: by network address, beside what use
 *   cases keep per e-mail address. Few, and worth a write: in Postgres, so that several processes
 *   count together.
 * - *Operations* as a whole: points by cost for whoever asks, and requests by address. Every read is
 *   one, so counting writes nothing: each process counts in memory what reaches it. What viewers spend
 *   is shared once a second (`shared-points.ts`). What comes from an address is not: addresses are
 *   without number, and what those limits keep safe is this process.
 */
import { nameOfViewer, type Viewer } from '@4geeks/billing/access/viewer';
import { RateLimitedError } from '@4geeks/billing/errors';
import type { RateLimitedAction } from '@4geeks/schema';
import pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { createPointsTable, sharePoints } from './shared-points.ts';

/** Tries from one address: enough for an office behind one router, too few to guess with. */
const tries: Record<RateLimitedAction, { points: number; seconds: number }> = {
  'request-sign-in-link': { points: 20, seconds: 600 },
  'confirm-sign-in': { points: 30, seconds: 600 },
  'invite-staff': { points: 30, seconds: 600 },
  'accept-staff-invitation': { points: 30, seconds: 600 },
  'add-payment-method': { points: 30, seconds: 600 },
  'charge-again': { points: 30, seconds: 600 },
};

export interface OperationRates {
  /** Points a minute, by kind of viewer; of anonymous ones those at one address together. */
  points: Record<Viewer['kind'], number>;
  /** Requests a minute from one address, whoever asks and whatever: also what is no GraphQL. */
  requests: number;
}

/** A page of the portal costs some six hundred points, its live subscription included. */
export const operationRates: OperationRates = {
  points: { apiKey: 120_000, staff: 60_000, customer: 60_000, anonymous: 10_000 },
  requests: 6000,
};

/** Points left to somebody. */
export interface Allowance {
  /** Points a minute. */
  limit: number;
  remaining: number;
  /** When all of them are there again, from now. */
  resetSeconds: number;
}

export interface RateLimits {
  /** One try of an action. @throws RateLimitedError */
  count(action: RateLimitedAction, clientAddress: string): Promise<void>;
  /** One request, before it is looked at. @throws RateLimitedError */
  countRequest(clientAddress: string): Promise<void>;
  /** An operation that costs `points`. @throws RateLimitedError */
  spend(viewer: Viewer, clientAddress: string, points: number): Promise<Allowance | null>;
  close(): Promise<void>;
}

/** Lets everything through; for tests and benchmarks. */
export const noRateLimits: RateLimits = {
  count: async () => {},
  countRequest: async () => {},
  spend: async () => null,
  close: async () => {},
};

export async function createRateLimits(
  connectionString: string,
  rates: OperationRates = operationRates,
): Promise<RateLimits> {
  const { pool, limiters } = await createTries(connectionString);
  const shared = sharePoints(pool);
  const perMinute = (keyPrefix: string, points: number) =>
    new RateLimiterMemory({ keyPrefix, points, duration: 60 });
  const requests = perMinute('requests', rates.requests);
  const spending = {
    apiKey: perMinute('apiKey', rates.points.apiKey),
    staff: perMinute('staff', rates.points.staff),
    customer: perMinute('customer', rates.points.customer),
    anonymous: perMinute('anonymous', rates.points.anonymous),
  };
  return {
    async count(action, clientAddress) {
      await consume(limiters.get(action), clientAddress, 1);
    },
    async countRequest(clientAddress) {
      await consume(requests, clientAddress, 1);
    },
    async spend(viewer, clientAddress, points) {
      const [limiter, who] = [spending[viewer.kind], nameOfViewer(viewer) ?? clientAddress];
      const consuming = consume(limiter, who, points);
      if (viewer.kind !== 'anonymous') shared.note(limiter, who, points);
      const spent = await consuming;
      return {
        limit: rates.points[viewer.kind],
        remaining: spent?.remainingPoints ?? 0,
        resetSeconds: Math.ceil((spent?.msBeforeNext ?? 0) / 1000),
      };
    },
    async close() {
      await shared.close();
      await pool.end();
    },
  };
}

async function consume(
  limiter: RateLimiterMemory | RateLimiterPostgres | undefined,
  key: string,
  points: number,
): Promise<RateLimiterRes | undefined> {
  try {
    return await limiter?.consume(key, points);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new RateLimitedError(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
  }
}

interface Tries {
  pool: pg.Pool;
  limiters: ReadonlyMap<RateLimitedAction, RateLimiterPostgres>;
}

async function createTries(connectionString: string): Promise<Tries> {
  const pool = new pg.Pool({ connectionString, max: 2, application_name: 'rate-limits' });
  pool.on('error', () => {});
  try {
    const client = await pool.connect();
    try {
      // Processes that start at the same moment make the tables one after the other.
      await client.query("SELECT pg_advisory_lock(hashtextextended('rate_limits', 0))");
      await client.query(`CREATE SCHEMA IF NOT EXISTS rate_limits; ${createPointsTable}`);
      return { pool, limiters: await createLimiters(pool) };
    } finally {
      // With the connection goes the lock.
      client.release(true);
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function createLimiters(pool: pg.Pool): Promise<Tries['limiters']> {
  const limiters = new Map<RateLimitedAction, RateLimiterPostgres>();
  for (const [action, { points, seconds }] of Object.entries(tries)) {
    const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
      const created: RateLimiterPostgres = new RateLimiterPostgres(
        {
          storeClient: pool,
          schemaName: 'rate_limits',
          tableName: 'tries',
          keyPrefix: action,
          points,
          duration: seconds,
        },
        (error?: Error) => (error ? reject(error) : resolve(created)),
      );
    });
    limiters.set(action as RateLimitedAction, limiter);
  }
  return limiters;
}
