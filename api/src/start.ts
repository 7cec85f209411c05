/**
 * `pnpm start`: prepares what a fresh clone does not have (generated code, the built web app), then
 * runs the server. `--prepare-only` stops after preparing; `--without-web-build` leaves the web app
 * to a development server.
 *
 * Until everything is prepared, only Node's own modules may be imported here and in `start/`.
 */
import { refuseOldNode } from './start/node-version.ts';
import { prepare, PreparationError } from './start/prepare.ts';

refuseOldNode();

const flags = new Set(process.argv.slice(2));
try {
  await prepare({ webBuild: !flags.has('--without-web-build') });
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(error.message);
  process.exit(1);
}

if (!flags.has('--prepare-only')) {
  const { main } = await import('./server.ts');
  await main();
}
