const longestMs = 15_000;

/**
 * How long to wait before what was refused or ended is asked for again: never less than the server
 * says, and longer each time; not the same for everybody, who may all have been told at once.
 *
 * @param attempts that came to nothing before
 * @returns milliseconds
 */
export function pauseBeforeAsking(attempts: number, retryAfterSeconds = 0): number {
  const growing = Math.min((500 + Math.random() * 1000) * 2 ** attempts, longestMs);
  const told = retryAfterSeconds * 1000 * (1 + Math.random() / 4);
  return Math.max(growing, told);
}
