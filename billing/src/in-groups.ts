import type { Billing } from './ports.ts';

/** A group that takes longer waits for somebody's lock: whoever asks then does not wait for it. */
const patienceMs = 100;
/** Groups of one name at work in this process. */
const groupsAtOnce = 4;
/** More than these have nothing to gain by company, and would make it wait. */
const mostTogether = 50;

type GroupsPort = Pick<Billing, 'clock'>;

interface Member<Item, Result> {
  items: readonly Item[];
  resolve(results: Result[]): void;
  reject(error: unknown): void;
}

interface Group<Item, Result> {
  waiting: Member<Item, Result>[];
  running: number;
  /** When the youngest that runs began, by the wall clock. */
  startedAt: number;
}

/**
 * Does together what several ask for at the same moment, in one transaction instead of one each: all
 * who ask in one turn of the event loop, and whoever asks while others are at work goes next, with
 * all who asked meanwhile. Nobody waits longer for company, and a group that fails is done again one
 * by one, so that nobody fails for another.
 *
 * @param run returns one result for each item, in their order; safe to run again after it has failed.
 * @returns the same function, with the name of what may be done together; null: nothing else may.
 */
export function inGroups<Item, Result, Port extends GroupsPort = Billing>(
  run: (port: Port, items: readonly Item[]) => Promise<Result[]>,
): (port: Port, name: string | null, items: readonly Item[]) => Promise<Result[]> {
  const groupsOf = new WeakMap<Port, Map<string, Group<Item, Result>>>();

  async function runTogether(port: Port, members: readonly Member<Item, Result>[]): Promise<void> {
    try {
      const results = await run(
        port,
        members.flatMap(({ items }) => items),
      );
      for (const { items, resolve } of members) resolve(results.splice(0, items.length));
    } catch (error) {
      if (members.length === 1) members[0]?.reject(error);
      else for (const member of members) await runTogether(port, [member]);
    }
  }

  return (port, name, items) => {
    if (name === null || items.length >= mostTogether) return run(port, items);
    const groups = groupsOf.get(port) ?? new Map<string, Group<Item, Result>>();
    groupsOf.set(port, groups);
    const group = groups.get(name) ?? { waiting: [], running: 0, startedAt: 0 };
    groups.set(name, group);

    const now = () => port.clock.now().getTime();
    const isStuck = () => group.running < groupsAtOnce && now() - group.startedAt > patienceMs;
    async function work(key: string): Promise<void> {
      group.running += 1;
      group.startedAt = now();
      await theTurnsEnd();
      while (group.waiting.length > 0) {
        group.startedAt = now();
        await runTogether(port, takeSome(group.waiting));
      }
      group.running -= 1;
      if (group.running === 0) groups.delete(key);
    }
    return new Promise<Result[]>((resolve, reject) => {
      group.waiting.push({ items, resolve, reject });
      if (group.running === 0 || isStuck()) void work(name);
    });
  };
}

/** Requests that came together have all been read then, and jobs fetched together have all begun. */
function theTurnsEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function takeSome<Item, Result>(waiting: Member<Item, Result>[]): Member<Item, Result>[] {
  let items = 0;
  const end = waiting.findIndex((member) => (items += member.items.length) > mostTogether);
  return waiting.splice(0, end === -1 ? waiting.length : Math.max(end, 1));
}
