/** Points of a viewer over several processes. */
import { createRateLimits, type RateLimits } from '@4geeks/api/http/rate-limits';
import type { Viewer } from '@4geeks/billing/access/viewer';
import { expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const database = await testDatabase();
const rates = {
  points: { apiKey: 100, staff: 100, customer: 100, anonymous: 100 },
  requests: 1000,
};

/** As many processes as that, begun at the same moment. */
async function processes(count: number): Promise<RateLimits[]> {
  const all = Array.from({ length: count }, () => createRateLimits(database.url, rates));
  const limits = await Promise.all(all);
  for (const each of limits) cleanUp(() => each.close());
  return limits;
}

const key = (apiKeyId: string): Viewer => ({
  kind: 'apiKey',
  merchantId: 'm',
  apiKeyId,
  mode: 'SANDBOX',
  scopes: new Set(),
});

const spend = (limits: RateLimits | undefined, viewer: Viewer, points: number) =>
  limits!.spend(viewer, '192.0.2.1', points).then(
    (allowance) => allowance!.remaining,
    (error: { code: string }) => error.code,
  );

const told = async () =>
  database.sql<{ key: string; points: string }>(
    'select key, points from rate_limits.points order by key',
  );

it('are one budget within a second, and one minute', async () => {
  const [here, there, third] = await processes(3);
  const ada = key('ada');
  expect(await spend(here, ada, 60)).toBe(40);
  // Nobody has been told yet: each goes by what it knows.
  expect(await spend(there, ada, 30)).toBe(70);
  await expect.poll(told, { timeout: 3000 }).toEqual([{ key: 'apiKey:ada', points: '90' }]);
  // Both learn of all as they tell of something.
  await expect.poll(() => spend(here, ada, 0), { timeout: 3000 }).toBe(10);
  await expect.poll(() => spend(there, ada, 0), { timeout: 3000 }).toBe(10);
  expect(await spend(there, ada, 11)).toBe('RATE_LIMITED');
  expect(await spend(third, key('bob'), 50)).toBe(50);
  await expect.poll(() => spend(here, ada, 0), { timeout: 3000 }).toBe('RATE_LIMITED');

  await database.sql("update rate_limits.points set ends_at = now() + interval '1.5 seconds'");
  for (const limits of [here, there]) {
    await expect.poll(() => spend(limits, ada, 0), { timeout: 5000 }).toBe(100);
  }
  expect(await spend(there, ada, 60)).toBe(40);
});

it('of a process that spends without end are one write a second', async () => {
  const [limits] = await processes(1);
  const before = await told();
  for (let count = 0; count < 500; count += 1) await spend(limits, key('eve'), 1);
  expect((await told()).length - before.length).toBeLessThanOrEqual(1);
  const pointsOfEve = async () => (await told()).find((row) => row.key === 'apiKey:eve')?.points;
  await expect.poll(pointsOfEve, { timeout: 3000 }).toBe('500');
  expect(await spend(limits, key('eve'), 1)).toBe('RATE_LIMITED');
});

it('of strangers are counted by each process for itself', async () => {
  const [limits] = await processes(1);
  expect(await spend(limits, { kind: 'anonymous' }, 60)).toBe(40);
  expect(await spend(limits, key('zoe'), 1)).toBe(99);
  await expect.poll(async () => (await told()).at(-1)?.key, { timeout: 3000 }).toBe('apiKey:zoe');
  expect(JSON.stringify(await told())).not.toContain('192.0.2.1');
});
