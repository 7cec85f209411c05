import { afterAll, expect, onTestFinished } from 'vitest';

/**
 * Runs `work` after the current test, or after the file when called outside of tests; later ones
 * first. A failure fails the test or file.
 */
export function cleanUp(work: () => Promise<void>): void {
  if (expect.getState().currentTestName === undefined) afterAll(work);
  else onTestFinished(work);
}
