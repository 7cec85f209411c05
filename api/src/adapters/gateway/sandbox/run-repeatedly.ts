/**
 * Runs `work` again and again, each time `everyMs` after it was done; a failure is told and forgotten.
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
  const wait = () => {
    if (stopped) return;
    timer = setTimeout(() => (running = work().catch(onError).then(wait)), everyMs);
  };
  wait();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
