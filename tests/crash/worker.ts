/**
 * A worker process for the crash test: runs what is due in DATABASE_URL at NOW. Where HALT_AT says
 * so it prints `halted` and does nothing more, until it is killed. At the step whose number is
 * DIE_AT_STEP (see mortal-billing.ts) it kills itself. With neither it also does what a starting
 * worker does, and ends.
 */
import type { PlainSql } from '@4geeks/prisma';
import { giveLifeSigns } from '@4geeks/api/adapters/jobs/abandoned-jobs';

import { mortalBilling, type Mortal } from '../soak/mortal-billing.ts';
import { travellingClock } from '../testkit/clock.ts';
import { wireBilling } from '../testkit/wire.ts';

export type HaltAt =
  /** The attempt is committed, the gateway has not been asked. */
  | 'before-charge'
  /** The gateway has charged and its answer has not arrived. */
  | 'after-charge'
  /** In the middle of the transaction that records the answer. */
  | 'while-settling'
  /** All is recorded, the queue does not know yet that the job is done. */
  | 'after-settling'
  /** The refund is committed, the gateway has not been asked. */
  | 'before-refund'
  /** The gateway has given the money back and its answer has not arrived. */
  | 'after-refund'
  /** That is recorded, the queue does not know yet that the job is done. */
  | 'after-settling-refund'
  /** The endpoint has answered, and nothing is recorded of it. */
  | 'after-webhook'
  /** A test clock has moved, and nothing is done yet of what is due there. */
  | 'after-moving-clock';

const { DATABASE_URL, NOW, HALT_AT, DIE_AT_STEP } = process.env;
let mortal: Mortal | null = null;

async function halt(here: HaltAt): Promise<void> {
  if (HALT_AT !== here) return;
  process.stdout.write('halted\n');
  // A promise alone would not keep the process.
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

let clockSteps = 0;
const wired = wireBilling({
  url: DATABASE_URL!,
  clock: travellingClock(NOW!),
  faults: {
    beforeRequest: async (operation) => {
      if (operation === 'charge') await halt('before-charge');
      if (operation === 'refund') await halt('before-refund');
      // The first is where it stands.
      if (operation === 'moveTestClock' && ++clockSteps === 2) await halt('after-moving-clock');
    },
    afterRefund: () => halt('after-refund'),
    afterCharge: () => halt('after-charge'),
  },
  afterJob: async (name) => {
    if (name === 'collect-invoice') await halt('after-settling');
    if (name === 'send-refund') await halt('after-settling-refund');
    mortal?.step(`before the queue hears that ${name} is done`);
  },
});
const { send } = wired.billing.webhooks;
wired.billing.webhooks = {
  ...wired.billing.webhooks,
  async send(request) {
    const outcome = await send(request);
    await halt('after-webhook');
    return outcome;
  },
};
const { sql } = wired.billing.database;
const { transaction } = sql;
Object.assign(sql, {
  transaction: ((work, finish) =>
    transaction(async (runner) => {
      let settling = false;
      const done = await work({
        query(statement) {
          settling ||= statement.text.includes('UPDATE "Payment"');
          return runner.query(statement);
        },
      });
      // Its rows are written; what follows is events, jobs and the commit.
      if (settling) await halt('while-settling');
      return done;
    }, finish)) satisfies PlainSql['transaction'],
});

if (DIE_AT_STEP) {
  const fate = {
    dieAtStep: Number(DIE_AT_STEP),
    trouble: () => null,
    die(): never {
      process.kill(process.pid, 'SIGKILL');
      throw new Error('Nobody survives that.');
    },
  };
  mortal = mortalBilling({ ...wired.billing }, fate, () => {});
  Object.assign(wired.billing, mortal.billing);
}

if (HALT_AT || DIE_AT_STEP) {
  await wired.drain();
} else {
  const lifeSigns = giveLifeSigns(DATABASE_URL!, wired.log);
  await lifeSigns.freeAbandonedJobs();
  await wired.sweep();
  await lifeSigns.close();
}
await wired.close();
process.stdout.write('done\n');
process.stdin.unref();
