/**
 * A long run of random operations: customers and staff at work, jobs late, twice or lost, a gateway
 * that fails, processes that die between any two steps. Every so often everything that is under way
 * is brought to an end, and the books are checked.
 */
import { hourlySweeps, sweeps } from '@4geeks/api/adapters/jobs/graphile';
import { lookBackDays } from '@4geeks/billing/dispute/recover-disputes';
import { BillingError } from '@4geeks/billing/errors';
import { GatewayFault, type Billing } from '@4geeks/billing/ports';
import type { JobName } from '@4geeks/billing/jobs';

import type { TestBilling } from '../testkit/billing.ts';
import { brokenInvariants } from './invariants.ts';
import { finishEverything, isFoundAgain, openJobQueue, type QueuedJob } from './job-queue.ts';
import { Killed, mortalBilling, type Fate, type GatewayTrouble } from './mortal-billing.ts';
import { withPost } from './gateway-operations.ts';
import { addCustomer, operations, type OperationName } from './operations.ts';
import { createRandom } from './random.ts';
import { idle } from './scene.ts';
import { populate } from './world.ts';

export interface RandomRunOptions {
  operations: number;
  seed: number;
  /** Operations between two checks of the books. */
  checkEvery: number;
  /** Customers a merchant has at most. */
  customers?: number;
  /** Told after each check. */
  onChecked?: (report: RandomRunReport) => void;
}

export interface RandomRunReport {
  operations: number;
  seconds: number;
  jobs: number;
  kills: number;
  gatewayTroubles: number;
  checks: number;
  /** How often each operation was done, and how often a rule refused it. */
  done: Record<string, { done: number; refused: number }>;
}

const allSweeps = [...sweeps, ...hourlySweeps];

const weights: Record<OperationName | 'addCustomer' | 'jobs' | 'sweep' | 'travel', number> = {
  jobs: 40,
  sweep: 8,
  travel: 4,
  addCustomer: 3,
  subscribe: 6,
  enterMethod: 5,
  changeMethods: 4,
  collect: 6,
  answerChallenge: 6,
  hearFromBanks: 4,
  endDispute: 2,
  cancel: 3,
  undo: 2,
  pauseOrResume: 2,
  changePlan: 4,
  takeUpAgain: 1,
  refund: 4,
  voidInvoice: 1,
  giveUpInvoice: 1,
  creditInvoice: 2,
  billOnce: 2,
  discount: 2,
  archive: 1,
};

/** @throws Error naming what does not hold, the operation it was found after, and the seed. */
export async function randomRun(
  t: TestBilling,
  { operations: count, seed, checkEvery, customers = 8, onChecked }: RandomRunOptions,
): Promise<RandomRunReport> {
  const startedAt = performance.now();
  const random = createRandom(seed);
  const queue = openJobQueue(t.database);
  const merchants = await populate(t);
  const report: RandomRunReport = {
    operations: 0,
    seconds: 0,
    jobs: 0,
    kills: 0,
    gatewayTroubles: 0,
    checks: 0,
    done: {},
  };
  const late: (() => Promise<unknown>)[] = [];
  const trail: string[] = [];

  function fate(): Fate {
    const troubled = random.chance(0.25) ? 1 + random.int(random.pick([1, 3])) : null;
    const trouble = random.pick<GatewayTrouble>(['refused', 'answer_lost', 'late']);
    return {
      // A job has a handful of steps, a sweep may have hundreds.
      dieAtStep: random.chance(0.3) ? 1 + random.int(random.pick([4, 12, 60])) : null,
      trouble(request) {
        if (request !== troubled) return null;
        report.gatewayTroubles += 1;
        return trouble;
      },
    };
  }

  /** Does it in a process of its own, which may die of it. @throws what is nobody's rule. */
  async function inProcess(
    name: string,
    work: (billing: Billing) => Promise<unknown>,
    destined = fate(),
  ) {
    const tally = (report.done[name] ??= { done: 0, refused: 0 });
    const mortal = mortalBilling(t.billing, destined, (request) => late.push(request));
    try {
      await work(mortal.billing);
      tally.done += 1;
      return true;
    } catch (error) {
      if (mortal.dead()) report.kills += 1;
      else if (error instanceof BillingError) tally.refused += 1;
      else if (!isFault(error)) throw error;
      return false;
    }
  }

  async function runJob(job: QueuedJob): Promise<void> {
    // Chosen before anything is waited for: what runs beside it must not change the choices.
    const lost = isFoundAgain(job) && random.chance(0.05);
    const twice = random.chance(0.1);
    const destined = fate();
    if (!(await queue.take(job))) return;
    report.jobs += 1;
    const finished =
      lost ||
      (await inProcess(
        job.name,
        async (billing) => {
          await queue.run(billing, job);
          if (twice) await queue.run(billing, job);
        },
        destined,
      ));
    if (finished) await queue.done(job);
    else await queue.putBack(job);
  }

  async function runJobs(): Promise<void> {
    const waiting = await queue.waiting(200);
    const width = random.chance(0.1) ? 3 : 1;
    for (let runs = 4 + random.int(8); runs > 0 && waiting.length > 0; runs -= width) {
      const jobs: QueuedJob[] = [];
      while (jobs.length < width && waiting.length > 0) {
        const at = random.chance(0.5) ? 0 : random.int(waiting.length);
        jobs.push(...waiting.splice(at, 1));
      }
      await Promise.all(jobs.map(runJob));
    }
  }

  const sweep = (name: JobName) => (billing: Billing) =>
    queue.run(billing, { id: '', name, payload: {} });

  /**
   * The gateway is asked for the disputes of some days, every hour: no installation is without its
   * sweeps for longer, so neither is this one.
   */
  async function travel(stretch: { days: number; hours?: number }): Promise<void> {
    const ahead = stretch.days + (stretch.hours ?? 0) / 24;
    const forgotten = await t.database.sql(
      `select id from sandbox_gateway.dispute
       where opened_at < $1::timestamptz + make_interval(days => $2)
         and not exists (select from "Dispute" known where known."gatewayDisputeId" = dispute.id)`,
      [t.clock.now(), Math.ceil(ahead) - lookBackDays],
    );
    if (forgotten.length > 0) {
      for (const name of ['recover-payments', 'recover-disputes'] as const) {
        await sweep(name)(t.billing);
      }
    }
    t.clock.advance(stretch);
  }

  async function step(): Promise<void> {
    const name = random.weighted(weights);
    trail.push(name);
    if (late.length > 0 && random.chance(0.3)) {
      await late.splice(random.int(late.length), 1)[0]!().catch(ignoreFault);
    }
    const merchant = random.pick(merchants);
    switch (name) {
      case 'jobs':
        return runJobs();
      case 'sweep':
        return void (await inProcess(name, sweep(random.pick(allSweeps))));
      case 'travel':
        return travel(
          random.chance(0.05) ? { days: 31 } : { days: random.int(4), hours: random.int(24) },
        );
      case 'addCustomer':
        if (merchant.customers.length < customers) await addCustomer({ random, merchant });
        return;
    }
    const own = createRandom(random.int(2 ** 32));
    const beside = random.chance(0.2) ? await queue.waiting(2) : [];
    const operation = inProcess(name, async (billing) => {
      // Whoever is picked may have nothing to do it with: a few others are asked.
      for (let tries = 6; tries > 0; tries--) {
        const customer = own.pick(merchant.customers);
        const scene = { t, random: own, billing, merchant, customer };
        if ((await operations[name](scene)) !== idle) return;
      }
    });
    await Promise.all([operation, ...beside.map(runJob)]);
  }

  /** No more faults: requests that were late arrive, and the sweeps find what was left behind. */
  async function settle(): Promise<void> {
    for (const request of late.splice(0)) await request().catch(ignoreFault);
    t.clock.advance({ minutes: 5 });
    await withPost(t, random.pick(['arrives', 'lost']), () => t.sandbox.settleDue());
    for (let round = 0; round < 3; round++) {
      report.jobs += await finishEverything(t.billing, queue);
    }
  }

  try {
    while (report.operations < count) {
      await step();
      report.operations += 1;
      if (report.operations % checkEvery === 0 || report.operations === count) {
        await settle();
        const broken = await brokenInvariants(t.database, t.clock.now());
        if (Object.keys(broken).length > 0) {
          throw new Error(`The books do not hold:\n${JSON.stringify(broken, null, 2)}`);
        }
        report.checks += 1;
        report.seconds = (performance.now() - startedAt) / 1000;
        onChecked?.(report);
      }
    }
  } catch (error) {
    throw new Error(
      `Seed ${seed}, after operation ${report.operations} (${trail.slice(-5).join(', ')}): ${
        error instanceof Error ? error.message : String(error)
      }`,
      { cause: error },
    );
  }
  return report;
}

/** A fault of the gateway, or sweeps in which nothing else went wrong. */
function isFault(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isFault);
  return error instanceof GatewayFault || error instanceof Killed;
}

function ignoreFault(error: unknown): void {
  if (!isFault(error)) throw error;
}
