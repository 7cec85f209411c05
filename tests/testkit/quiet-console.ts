/** Whatever a test prints fails it, unless the test takes it with `takeConsole`. */
import { format } from 'node:util';

import { afterEach, beforeEach } from 'vitest';

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const original = Object.fromEntries(methods.map((name) => [name, console[name]]));

/** Not ours to mend. */
const expectedWarnings = [
  /^ExperimentalWarning/,
  // Prisma's adapter reads several relations of one transaction at once; pg queues them.
  /^DeprecationWarning: Calling client\.query\(\) when the client is already executing/,
];

const printed: string[] = [];
for (const name of methods) {
  console[name] = (...values: unknown[]) => {
    printed.push(`console.${name}: ${format(...values)}`);
  };
}
// Instead of Node's own listener, which prints them.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (!expectedWarnings.some((expected) => expected.test(String(warning)))) {
    printed.push(`warning: ${format(warning)}`);
  }
});

/** Takes what was printed so far, so that it is expected. */
export function takeConsole(): string[] {
  return printed.splice(0);
}

beforeEach(() => {
  failIfPrinted('Outside of tests');
});

afterEach(() => {
  failIfPrinted('The test');
});

function failIfPrinted(who: string): void {
  const lines = takeConsole();
  if (lines.length === 0) return;
  original['error']?.(lines.join('\n'));
  throw new Error(`${who} printed what nobody expected:\n${lines.join('\n')}`);
}
