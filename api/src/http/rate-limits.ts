/**
 * Limits by network address, beside those that use cases keep per e-mail address. Counted in
 * Postgres, so that several processes count together.
 */
import { RateLimitedError } from '@4geeks/billing/errors';
import type { RateLimitedAction } from '@4geeks/schema';
import pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** Tries from one address: enough for an office behind one router, too few to guess with. */
const limits: Record<RateLimitedAction, { points: number; seconds: number }> = {
  'request-sign-in-link': { points: 20, seconds: 600 },
  'confirm-sign-in': { points: 30, seconds: 600 },
  'add-payment-method': { points: 30, seconds: 600 },
  'charge-again': { points: 30, seconds: 600 },
};

export interface RateLimits {
  /** @throws RateLimitedError */
  count(action: RateLimitedAction, clientAddress: string): Promise<void>;
  close(): Promise<void>;
}

/** Lets everything through; for tests and benchmarks. */
export const noRateLimits: RateLimits = { count: async () => {}, close: async () => {} };

export async function createRateLimits(connectionString: string): Promise<RateLimits> {
  const pool = new pg.Pool({ connectionString, max: 2, application_name: 'rate-limits' });
  pool.on('error', () => {});
  await pool.query('CREATE SCHEMA IF NOT EXISTS rate_limits');
  const limiters = new Map<RateLimitedAction, RateLimiterPostgres>();
  for (const [action, { points, seconds }] of Object.entries(limits)) {
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
  return {
    async count(action, clientAddress) {
      try {
        await limiters.get(action)?.consume(clientAddress);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new RateLimitedError(Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    close: () => pool.end(),
  };
}
