/** Most values are there at once; what is not makes what contains it wait. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** What is still running when its answer is not wanted any more may fail unheard. */
export function abandon(waiting: readonly Promise<unknown>[] | null): void {
  for (const promise of waiting ?? []) promise.then(undefined, () => {});
}
