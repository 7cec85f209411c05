import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('Turns', () => {
  it('lets so many work at once, and the others in the order they came', async () => {
    const turns = new Turns(2);
    const started: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) =>
      turns.take(() => {
        started.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    const all = ['a', 'b', 'c', 'd'].map(work);
    await Promise.resolve();
    expect(started).toEqual(['a', 'b']);

    ends.get('b')?.();
    await all[1];
    expect(started).toEqual(['a', 'b', 'c']);

    ends.get('a')?.();
    await all[0];
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    ends.get('c')?.();
    ends.get('d')?.();
    await Promise.all(all);
  });

  it('goes on after work that fails', async () => {
    const turns = new Turns(1);
    const failed = turns.take(() => Promise.reject(new Error('no')));
    const followed = turns.take(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(followed).resolves.toBe('yes');
  });
});
