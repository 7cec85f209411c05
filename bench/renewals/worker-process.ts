/** Starts the process of `worker.ts` and asks it, one thing at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Request, Usage } from './worker.ts';

export interface WorkerProcess {
  /** Begins to count what the process uses. */
  watch(): Promise<void>;
  /** Ends the worker. */
  report(): Promise<Usage>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** Resolves when the worker takes jobs. */
export async function startWorkerProcess(url: string): Promise<WorkerProcess> {
  const child = fork(new URL('./worker.ts', import.meta.url), { execArgv: ['--no-warnings'] });

  async function ask(request: Request): Promise<Usage | null> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      child.send(request);
      const [answer] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }).then(() => [{ failed: 'The worker ended.' }]),
      ])) as [Answer];
      if ('failed' in answer) throw new Error(answer.failed);
      return answer.done;
    } finally {
      ended.abort();
    }
  }

  async function close(): Promise<void> {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }

  await ask({ ask: 'start', url }).catch(async (error: unknown) => {
    if (child.connected) await close();
    throw error;
  });
  return {
    watch: async () => void (await ask({ ask: 'watch' })),
    async report() {
      const usage = await ask({ ask: 'report' });
      if (!usage) throw new Error('The worker said nothing.');
      return usage;
    },
    close,
  };
}
