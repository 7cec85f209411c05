/** Processes of a benchmark's own, asked over IPC one thing at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Child<Request, Done> {
  /** @throws when what was asked went wrong. */
  ask(request: Request): Promise<Done>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** What node is given where `pnpm start` runs the server: every process of a benchmark is given it. */
const { scripts } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { scripts: { start: string } };
const nodeFlags = scripts.start.split(' ').filter((word) => word.startsWith('--'));

type Answer = { done: unknown } | { failed: string };

/**
 * @param module what it runs; calls `answerParent`.
 * @param env added to the environment.
 */
export function startChild<Request extends object, Done>(
  module: URL,
  env: Readonly<Record<string, string>> = {},
): Child<Request, Done> {
  const child = fork(module, {
    execArgv: ['--no-warnings', ...nodeFlags],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  return {
    async ask(request) {
      const ended = new AbortController();
      const { signal } = ended;
      try {
        child.send(request);
        const [answer] = (await Promise.race([
          once(child, 'message', { signal }),
          once(child, 'exit', { signal }).then(() => [{ failed: 'The process ended.' }]),
        ])) as [Answer];
        if ('failed' in answer) throw new Error(answer.failed);
        return answer.done as Done;
      } finally {
        ended.abort();
      }
    },
    async close() {
      if (!child.connected) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

/** In the child: answers whatever the parent asks, and ends with it. */
export function answerParent<Request>(answer: (request: Request) => Promise<unknown>): void {
  process.on('message', (request: Request) => {
    void answer(request).then(
      (done) => process.send?.({ done: done ?? null } satisfies Answer),
      (error: unknown) =>
        process.send?.({
          failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies Answer),
    );
  });
  process.on('disconnect', () => process.exit());
}
