import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { waitingEndpoints, type WaitingEndpoint } from './claim-deliveries.ts';
import { dispatchEvents } from './dispatch-events.ts';
import { serveEndpoint } from './serve-endpoint.ts';

/** Endpoints served at once by one process. */
const mostEndpoints = 25;
/** Then the run makes room for others, and another one goes on. */
const longestRunMs = 60_000;
/** What is due within so long is worth a run of its own; the sweep finds the rest. */
const soonMs = 60_000;

/** A run of this process: there is one at most, because it takes a worker's slot for as long as it lasts. */
interface Run {
  lookAgain(): void;
}
const runs = new WeakMap<Billing['database'], Run>();

/**
 * Tells endpoints of what happened, and tries again what is due, until nothing is. Endpoints do not
 * wait for each other: each is served by itself, in turns. While this process is at it, the run that
 * is under way looks again, and this call is done.
 *
 * Each event is delivered at least once: what was sent and not recorded, because the process died, is
 * sent again under the same id. Where nobody dies, once, however many processes do this.
 *
 * @param options.signal the process stops: what is being sent is given up.
 * @throws AggregateError after the others are served, where some could not be
 */
export async function deliverWebhooks(
  billing: Billing,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const { database, clock } = billing;
  const underWay = runs.get(database);
  if (underWay) {
    underWay.lookAgain();
    return;
  }
  let isToLook = true;
  let woken = Promise.withResolvers<void>();
  const self: Run = {
    lookAgain() {
      isToLook = true;
      woken.resolve();
    },
  };
  runs.set(database, self);

  const endsAt = clock.now().getTime() + longestRunMs;
  const failures = new SweepFailures();
  const serving = new Map<string, Promise<void>>();
  /** The turn in which each was last served; those that were not come first. */
  const servedIn = new Map<string, number>();
  /** Had nothing for us, or could not be served: not before somebody looks again. */
  const resting = new Set<string>();
  let turn = 0;

  async function serve(endpointId: string): Promise<void> {
    servedIn.set(endpointId, ++turn);
    try {
      if ((await serveEndpoint(billing, endpointId, signal)) === 0) resting.add(endpointId);
    } catch (error) {
      resting.add(endpointId);
      failures.add(error);
    } finally {
      serving.delete(endpointId);
    }
  }

  try {
    for (;;) {
      const isOver = signal?.aborted === true || clock.now().getTime() >= endsAt;
      if (isToLook && !isOver) {
        isToLook = false;
        woken = Promise.withResolvers();
        resting.clear();
        await dispatchEvents(billing);
      }
      const waiting = await waitingEndpoints(database.sql);
      const now = clock.now();
      const due = waiting
        .filter(({ nextAttemptAt }) => nextAttemptAt <= now)
        .map(({ endpointId }) => endpointId)
        .filter((id) => !serving.has(id) && !resting.has(id))
        .sort((left, right) => (servedIn.get(left) ?? 0) - (servedIn.get(right) ?? 0));
      if (!isOver) {
        for (const id of due.slice(0, mostEndpoints - serving.size)) serving.set(id, serve(id));
      }
      if (serving.size > 0) {
        await Promise.race(isOver ? serving.values() : [...serving.values(), woken.promise]);
        continue;
      }
      await planNextRun(billing, isOver ? now : soonest(waiting, now));
      if (isToLook && !isOver) continue;
      failures.throwIfAny();
      return;
    }
  } finally {
    // Nothing comes between the last look and this: whoever calls now begins a run.
    if (runs.get(database) === self) runs.delete(database);
    await Promise.allSettled(serving.values());
  }
}

function soonest(waiting: readonly WaitingEndpoint[], now: Date): Date | null {
  const later = waiting.map(({ nextAttemptAt }) => nextAttemptAt.getTime());
  const next = Math.min(...later.filter((instant) => instant > now.getTime()));
  return next - now.getTime() < soonMs ? new Date(next) : null;
}

/** The sweep comes every minute; what is due sooner gets a job of its own. */
async function planNextRun({ database, enqueue }: Billing, runAt: Date | null): Promise<void> {
  if (!runAt) return;
  await enqueue(database.sql, [
    {
      name: 'deliver-webhooks',
      payload: {},
      runAt,
      // Another key than that of whoever asks for a run at once, whose job it must not put off.
      key: 'deliver-webhooks-later',
    },
  ]);
}
