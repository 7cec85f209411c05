import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** What began, in its order, and how to end it. */
function watched(turns: Turns) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const done = new Map<string, Promise<void>>();
  return {
    started,
    ask(who: string, ...names: string[]) {
      for (const name of names) {
        const work = turns.take(who, () => {
          started.push(name);
          return new Promise<void>((resolve) => ends.set(name, resolve));
        });
        done.set(name, work);
      }
    },
    async end(name: string) {
      ends.get(name)?.();
      await done.get(name);
    },
  };
}

describe('Turns', () => {
  it('lets so many work at once, and the others in the order they came', async () => {
    const { started, ask, end } = watched(new Turns(2, 2));
    for (const name of ['a', 'b', 'c', 'd']) ask(name, name);
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
  });

  it('lets those who wait come in turn, however much one of them wants', async () => {
    const { started, ask, end } = watched(new Turns(1, 1));
    ask('much', 'm1', 'm2', 'm3', 'm4');
    ask('a', 'a1', 'a2');
    ask('b', 'b1');
    const order = ['m1', 'm2', 'a1', 'b1', 'm3', 'a2', 'm4'];
    for (const [index, name] of order.entries()) {
      expect(started).toEqual(order.slice(0, index + 1));
      await end(name);
    }
  });

  it('leaves a part of them to others who may come', async () => {
    const { started, ask, end } = watched(new Turns(3, 2));
    ask('much', 'm1', 'm2', 'm3', 'm4');
    expect(started).toEqual(['m1', 'm2']);
    ask('a', 'a1', 'a2');
    expect(started).toEqual(['m1', 'm2', 'a1']);
    await end('m1');
    expect(started).toEqual(['m1', 'm2', 'a1', 'm3']);
    await end('a1');
    expect(started).toEqual(['m1', 'm2', 'a1', 'm3', 'a2']);
    for (const name of ['m2', 'm3', 'm4', 'a2']) await end(name);
  });

  it('goes on after work that fails', async () => {
    const turns = new Turns(1, 1);
    const failed = turns.take('a', () => Promise.reject(new Error('no')));
    const followed = turns.take('b', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(followed).resolves.toBe('yes');
    await expect(turns.take('a', () => Promise.resolve('again'))).resolves.toBe('again');
  });
});
