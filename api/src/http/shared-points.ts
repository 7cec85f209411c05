/**
 * Points that several processes count together. Each counts in memory what it lets through; once a
 * second it tells a table what was spent since, and learns what all have spent. No request waits for
 * that, and a minute's points hold over all processes but for what is spent within a second.
 *
 * The first to tell of somebody begins their minute, which is then everybody's.
 */
import type pg from 'pg';
import type { RateLimiterMemory } from 'rate-limiter-flexible';

export interface SharedPoints {
  /** Call as `limiter` has counted them; returns at once. */
  note(limiter: RateLimiterMemory, who: string, points: number): void;
  close(): Promise<void>;
}

const shareEveryMs = 1000;
const forgetEveryMs = 60_000;

interface Spent {
  limiter: RateLimiterMemory;
  who: string;
  points: number;
}

/** In one order everywhere: processes that tell of the same do not wait for each other in a ring. */
const tell = `
  INSERT INTO rate_limits.points AS known (key, points, ends_at)
  SELECT key, points, now() + make_interval(secs => duration)
  FROM unnest($1::text[], $2::bigint[], $3::float[]) AS spent (key, points, duration) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN known.ends_at > now() THEN known.points ELSE 0 END + excluded.points,
    ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END
  RETURNING key, points::float, extract(epoch FROM ends_at - now())::float AS seconds`;

const forget = `
  DELETE FROM rate_limits.points WHERE key IN (
    SELECT key FROM rate_limits.points WHERE ends_at < now() FOR UPDATE SKIP LOCKED)`;

/** What a crash of Postgres makes it forget is a minute's worth. */
export const createPointsTable = `
  CREATE UNLOGGED TABLE IF NOT EXISTS rate_limits.points (
    key text PRIMARY KEY, points bigint NOT NULL, ends_at timestamptz NOT NULL)`;

export function sharePoints(pool: pg.Pool): SharedPoints {
  let untold = new Map<string, Spent>();
  let forgottenAt = performance.now();
  let sharing: Promise<void> | null = null;

  function note(limiter: RateLimiterMemory, who: string, points: number): void {
    const key = limiter.getKey(who);
    const spent = untold.get(key);
    if (spent) spent.points += points;
    else untold.set(key, { limiter, who, points });
  }

  async function tellAll(told: ReadonlyMap<string, Spent>): Promise<void> {
    const spent = [...told.values()];
    const { rows } = await pool.query<{ key: string; points: number; seconds: number }>(tell, [
      [...told.keys()],
      spent.map(({ points }) => points),
      spent.map(({ limiter }) => limiter.duration),
    ]);
    for (const { key, points, seconds } of rows) {
      const { limiter, who } = told.get(key)!;
      // With what was spent here while the others were asked.
      void limiter.set(who, points + (untold.get(key)?.points ?? 0), seconds);
    }
  }

  async function share(): Promise<void> {
    const told = untold;
    untold = new Map();
    try {
      if (told.size > 0) await tellAll(told);
    } catch {
      // Told with the next; until then each process goes by what it knows.
      for (const { limiter, who, points } of told.values()) note(limiter, who, points);
    }
    if (performance.now() - forgottenAt < forgetEveryMs) return;
    forgottenAt = performance.now();
    await pool.query(forget).catch(() => {});
  }

  const timer = setInterval(() => {
    sharing ??= share().finally(() => (sharing = null));
  }, shareEveryMs).unref();
  return {
    note,
    async close() {
      clearInterval(timer);
      await sharing;
    },
  };
}
