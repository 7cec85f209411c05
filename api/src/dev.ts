/**
 * `pnpm dev`: the API restarting on every change, and the web app served by vite with hot
 * replacement in front of it. Ctrl-C ends both. PORT is the API's port and WEB_PORT that of the pages.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { refuseOldNode } from './start/node-version.ts';
import { prepare, PreparationError } from './start/prepare.ts';

refuseOldNode();
try {
  // The API prepares again at each restart; vite, beside it, needs the first result.
  await prepare({ webBuild: false });
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const root = join(import.meta.dirname, '../..');
const apiPort = process.env.PORT || '4000';
const webPort = process.env.WEB_PORT || '5173';
const apiUrl = `http://localhost:${apiPort}`;
const webUrl = `http://localhost:${webPort}`;

const children = [
  start('.', ['--watch', '--watch-preserve-output', 'api/src/start.ts', '--without-web-build'], {
    PORT: apiPort,
    // Links in mails lead to the pages, which vite serves.
    PUBLIC_URL: process.env.PUBLIC_URL || webUrl,
  }),
  start('web', ['node_modules/vite/bin/vite.js', '--port', webPort, '--strictPort'], {
    API_URL: apiUrl,
  }),
];

let stopping: Promise<unknown> | undefined;
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
for (const child of children) child.once('exit', stop);

function start(cwd: string, args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: join(root, cwd),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group each: Ctrl-C reaches us alone, and each child hears of it exactly once.
    detached: true,
  });
}

function stop(): void {
  stopping ??= Promise.all(
    children.map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) return resolve();
          child.once('exit', () => resolve());
          child.kill('SIGTERM');
        }),
    ),
  ).then(() => process.exit());
}
