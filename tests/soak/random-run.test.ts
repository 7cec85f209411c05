/**
 * Thousands of random operations, faults and kills, after which the books hold. A failure names its
 * seed: RANDOM_RUN_SEED brings the run back ("new": one that nobody has tried), RANDOM_RUN_OPERATIONS
 * makes it longer. An ordinary run keeps to one seed, so that a change is judged by what it changed.
 */
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { randomRun } from './random-run.ts';

const count = Number(process.env['RANDOM_RUN_OPERATIONS'] ?? 10_000);
const wished = process.env['RANDOM_RUN_SEED'] ?? '2';
const seed = wished === 'new' ? Date.now() % 1_000_000 : Number(wished);

it(
  `the books hold after ${count} random operations (seed ${seed})`,
  { timeout: 120_000 + count * 500 },
  async () => {
    const t = await testBilling({ start: '2027-12-15T09:00:00Z' });
    const report = await randomRun(t, {
      operations: count,
      seed,
      checkEvery: 500,
      onChecked({ operations, seconds, jobs, kills, gatewayTroubles }) {
        const rate = (operations / seconds).toFixed(0);
        process.stdout.write(
          `${operations} operations, ${rate}/s; ${jobs} jobs, ${kills} kills, ${gatewayTroubles} gateway troubles\n`,
        );
      },
    });
    expect(report.operations).toBe(count);
  },
);
