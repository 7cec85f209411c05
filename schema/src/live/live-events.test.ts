import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LiveNews } from '../context.ts';
import { liveEvents } from './live-events.ts';

function source(options?: Parameters<typeof liveEvents>[2]) {
  let tell!: (news: LiveNews) => void;
  let ended = 0;
  const events = liveEvents(
    (_topics, listener) => {
      tell = listener;
      return () => void (ended += 1);
    },
    [],
    options,
  );
  const next = async () => {
    const { value } = await events.next();
    value.begin();
    return value;
  };
  return { events, next, tell: (news: LiveNews) => tell(news), ended: () => ended };
}

describe('live events', () => {
  it('begin at once, and become one while nobody asks', async () => {
    const { events, next, tell } = source();
    expect((await next()).kind).toBe('changed');
    for (let count = 0; count < 1000; count += 1) {
      tell('news');
      if (count % 100 === 0) await sleep(1);
    }
    expect((await next()).kind).toBe('changed');
    const more = await Promise.race([next(), sleep(50)]);
    expect(more).toBeUndefined();
    await events.return?.();
  });

  it('let what passes wait for what follows', async () => {
    const { events, next, tell } = source();
    await next();
    tell('passing');
    const waiting = next();
    expect(await Promise.race([waiting, sleep(50)])).toBeUndefined();
    tell('news');
    expect((await waiting).kind).toBe('changed');
    await events.return?.();
  });

  it('look at the viewer again when the session ends', async () => {
    const { events, next, tell } = source();
    await next();
    tell('session');
    expect((await next()).kind).toBe('recheck');
    tell('session');
    tell('news');
    expect((await next()).kind).toBe('changed');
    await events.return?.();
  });

  it('come again when a reader has more to tell, with what it kept', async () => {
    const { events, next } = source({ memory: { page: 1 }, distinct: true });
    const first = await next();
    expect(first).toMatchObject({ memory: { page: 1 }, distinct: true });
    (first.memory as { page: number }).page = 2;
    first.again();
    expect(await next()).toMatchObject({ memory: { page: 2 } });
    await events.return?.();
  });

  it('end once, whoever waits included', async () => {
    const { events, next, ended, tell } = source();
    await next();
    const waiting = events.next();
    await events.return?.();
    await events.return?.();
    expect((await waiting).done).toBe(true);
    tell('news');
    expect((await events.next()).done).toBe(true);
    expect(ended()).toBe(1);
  });
});
