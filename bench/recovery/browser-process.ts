/** Starts the process of `browsers.ts` and asks it, one thing at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Request } from './browsers.ts';

export interface Browsers {
  /** @throws when what was asked went wrong. */
  ask(request: Request): Promise<number[]>;
  close(): Promise<void>;
}

export function startBrowsers(): Browsers {
  const child = fork(new URL('./browsers.ts', import.meta.url), { execArgv: ['--no-warnings'] });
  return {
    async ask(request) {
      const ended = new AbortController();
      const signal = ended.signal;
      try {
        child.send(request);
        const [answer] = (await Promise.race([
          once(child, 'message', { signal }),
          once(child, 'exit', { signal }).then(() => [{ failed: 'The clients ended.' }]),
        ])) as [Answer];
        if ('failed' in answer) throw new Error(answer.failed);
        return answer.times;
      } finally {
        ended.abort();
      }
    },
    async close() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
