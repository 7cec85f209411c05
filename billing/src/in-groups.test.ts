import { describe, expect, it } from 'vitest';
import { inGroups } from './in-groups.ts';
import type { Billing } from './ports.ts';

let time = 0;
const clock = { now: () => new Date(time) };
const billing = { clock } as Billing;
const other = { clock } as Billing;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Notes the groups it is given, and lets each go on when told to. */
function controlled(fails: (item: string) => boolean = () => false) {
  const groups: string[][] = [];
  const gates: (() => void)[] = [];
  const run = inGroups(async (_billing, items: readonly string[]) => {
    groups.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (items.some(fails)) throw new Error(`failed: ${items.join()}`);
    return items.map((item) => item.toUpperCase());
  });
  async function letGo(): Promise<void> {
    gates.shift()?.();
    await nextTurn();
  }
  return { groups, run, letGo };
}

describe('inGroups', () => {
  it('does together what is asked for in one turn, and then what was asked for meanwhile', async () => {
    const { groups, run, letGo } = controlled();
    const asked = [['a'], ['b', 'c']].map((items) => run(billing, 'clock', items));
    await nextTurn();
    expect(groups).toEqual([['a', 'b', 'c']]);
    asked.push(run(billing, 'clock', ['d']), run(billing, 'clock', ['e']));
    await nextTurn();
    expect(groups).toEqual([['a', 'b', 'c']]);
    await letGo();
    expect(groups).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    await letGo();
    expect(await Promise.all(asked)).toEqual([['A'], ['B', 'C'], ['D'], ['E']]);
  });

  it('keeps apart what has another name, another installation, or none', async () => {
    const { groups, run, letGo } = controlled();
    const asked = [
      run(billing, 'clock', ['a']),
      run(billing, 'another clock', ['b']),
      run(other, 'clock', ['c']),
      run(billing, null, ['d']),
    ];
    await nextTurn();
    expect(groups.sort()).toEqual([['a'], ['b'], ['c'], ['d']]);
    for (const _group of groups) await letGo();
    expect(await Promise.all(asked)).toEqual([['A'], ['B'], ['C'], ['D']]);
  });

  it('fails nobody for another', async () => {
    const { groups, run, letGo } = controlled((item) => item === 'bad');
    const first = run(billing, 'clock', ['a']);
    await nextTurn();
    const good = run(billing, 'clock', ['good']);
    const bad = run(billing, 'clock', ['bad']);
    const failed = expect(bad).rejects.toThrow('failed: bad');
    for (let turn = 0; turn < 4; turn += 1) await letGo();
    expect(groups).toEqual([['a'], ['good', 'bad'], ['good'], ['bad']]);
    expect(await first).toEqual(['A']);
    expect(await good).toEqual(['GOOD']);
    await failed;
  });

  it('waits for no group that is stuck', async () => {
    const { groups, run, letGo } = controlled();
    const stuck = run(billing, 'clock', ['stuck']);
    await nextTurn();
    time += 500;
    const next = run(billing, 'clock', ['next']);
    await nextTurn();
    expect(groups).toEqual([['stuck'], ['next']]);
    await letGo();
    await letGo();
    expect(await Promise.all([stuck, next])).toEqual([['STUCK'], ['NEXT']]);
  });

  it('takes no more together than a group holds', async () => {
    const { groups, run, letGo } = controlled();
    const asked = ['a', ...Array.from({ length: 60 }, (_, index) => `n${index}`)].map((item) =>
      run(billing, 'clock', [item]),
    );
    await nextTurn();
    for (let turn = 0; turn < 2; turn += 1) await letGo();
    await Promise.all(asked);
    expect(groups.map(({ length }) => length)).toEqual([50, 11]);
  });
});
