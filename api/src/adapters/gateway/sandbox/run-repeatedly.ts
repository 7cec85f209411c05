/** After a failure, so many times as long as otherwise. */
const patience = 10;

/**
 * Runs `work` again and again, each time `everyMs` after it was done; a failure is told, and waited
 * for longer.
 *
 * @returns ends it, after what is running.
 */
export function runRepeatedly(
  work: () => Promise<void>,
  { everyMs, onError }: { everyMs: number; onError: (error: unknown) => void },
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const wait = (ms: number) => {
    if (!stopped) timer = setTimeout(() => (running = run()), ms);
  };
  async function run(): Promise<void> {
    try {
      await work();
      wait(everyMs);
    } catch (error) {
      if (!stopped) onError(error);
      wait(everyMs * patience);
    }
  }
  wait(everyMs);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
