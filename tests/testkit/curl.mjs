#!/usr/bin/env node
/** As much of curl as docs/api uses, for machines that have none. */
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    'show-error': { type: 'boolean', short: 'S' },
    'fail-with-body': { type: 'boolean' },
    'no-buffer': { type: 'boolean' },
    'max-time': { type: 'string' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
  },
});
const headers = values.header?.map((line) => line.split(/:\s*/, 2)) ?? [];
const seconds = Number(values['max-time'] ?? 60);
try {
  const response = await fetch(positionals[0], {
    method: values.data === undefined ? 'GET' : 'POST',
    headers,
    body: values.data,
    signal: AbortSignal.timeout(seconds * 1000),
  });
  for await (const chunk of response.body) process.stdout.write(chunk);
  process.exitCode = values['fail-with-body'] && response.status >= 400 ? 22 : 0;
} catch (error) {
  process.exitCode = error.name === 'TimeoutError' ? 28 : 7;
}
