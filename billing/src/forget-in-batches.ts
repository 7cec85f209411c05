/** A statement that deletes so many rows takes no longer than others may wait for. */
const batchSize = 1000;

/**
 * Deletes what is no longer needed, batch by batch, each in a transaction of its own.
 *
 * @param forgetSome deletes `most` rows at most, of those that nobody else is deleting. @returns how many.
 * @param options.signal the process stops: the rest is for the next run.
 * @returns how many in all.
 */
export async function forgetInBatches(
  forgetSome: (most: number) => Promise<number>,
  { most = batchSize, signal }: { most?: number; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  for (let forgotten = 0; ;) {
    const count = await forgetSome(most);
    forgotten += count;
    if (count < most || signal?.aborted) return forgotten;
  }
}
