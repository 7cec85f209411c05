/**
 * Kills a process at every step of what somebody asked for, one step further each time until it
 * gets to the end, and starts another one after it.
 */
import type { Billing } from '@4geeks/billing/ports';

import { finishEverything, openJobQueue } from '../soak/job-queue.ts';
import { Killed, mortalBilling } from '../soak/mortal-billing.ts';
import type { TestBilling } from '../testkit/billing.ts';

export interface Flow<Scene> {
  /** A new customer, and all that was before; what is due of it is done. */
  prepare(): Promise<Scene>;
  /** What somebody asks for; the jobs it makes run in the same process. */
  ask(billing: Billing, scene: Scene): Promise<unknown>;
  /** Whether it was heard. One who got no answer looks, and asks again. */
  wasHeard(scene: Scene): Promise<boolean>;
  /** What must be, wherever it died. */
  expect(scene: Scene): Promise<void>;
}

/** @returns at what it was killed, in order. @throws what the flow expects, naming the step. */
export async function killEverywhere<Scene>(t: TestBilling, flow: Flow<Scene>): Promise<string[]> {
  const queue = openJobQueue(t.database);
  const killedAt: string[] = [];
  for (let dieAtStep = 1; ; dieAtStep += 1) {
    const scene = await flow.prepare();
    await finishEverything(t.billing, queue);
    const fate = { everyStatement: true, dieAtStep, trouble: () => null };
    const mortal = mortalBilling(t.billing, fate, () => {});
    let at: string | null = null;
    try {
      await flow.ask(mortal.billing, scene);
      for (let [job] = await queue.waiting(1); job; [job] = await queue.waiting(1)) {
        await queue.take(job);
        await queue.run(mortal.billing, job);
        mortal.step(`before the queue hears that ${job.name} is done`);
        await queue.done(job);
      }
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      at = error.message;
    }

    await queue.putAllBack();
    t.clock.advance({ minutes: 2 });
    if (!(await flow.wasHeard(scene))) await flow.ask(t.billing, scene);
    for (const _again of [1, 2]) await finishEverything(t.billing, queue);
    try {
      await flow.expect(scene);
    } catch (error) {
      throw new Error(`${at ?? 'Not killed'} (step ${dieAtStep}): ${String(error)}`, {
        cause: error,
      });
    }
    if (at === null) return killedAt;
    killedAt.push(at);
  }
}
