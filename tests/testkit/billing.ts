/** The whole domain on a fresh database, with a clock that travels and jobs that run on demand. */
import type { SandboxFaults } from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';

import { cleanUp } from './clean-up.ts';
import { travellingClock, type TravellingClock } from './clock.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { createSeed, type Seed } from './seed.ts';
import { wireBilling, type Wired, type WireOptions } from './wire.ts';

export interface TestBilling extends Wired {
  clock: TravellingClock;
  /** What the gateway gets wrong; set and unset at will. */
  faults: SandboxFaults;
  database: TestDatabase;
  seed: Seed;
  /** Another process on the same database: own pools, same clock. */
  another(options?: Partial<WireOptions>): Wired;
  /** Moves the clock and does what fell due. */
  travel(stretch: Parameters<TravellingClock['advance']>[0]): Promise<void>;
}

export const testStart = '2027-03-01T09:00:00Z';

/** Lives until the end of the test, or of the file when called outside of tests. */
export async function testBilling(
  options: Pick<WireOptions, 'runJobsTwice' | 'poolSize'> & { start?: string } = {},
): Promise<TestBilling> {
  const database = await testDatabase();
  const clock = travellingClock(options.start ?? testStart);
  const faults: SandboxFaults = {};
  const wire = (change: Partial<WireOptions> = {}) => {
    const wired = wireBilling({ url: database.url, clock, faults, ...options, ...change });
    cleanUp(() => wired.close());
    return wired;
  };
  const wired = wire();
  return {
    ...wired,
    clock,
    faults,
    database,
    seed: createSeed({ ...wired, clock, sql: database.sql }),
    another: (change) => wire(change),
    async travel(stretch) {
      clock.advance(stretch);
      await wired.sweep();
    },
  };
}
