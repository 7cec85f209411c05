/**
 * `node src/generate.ts [prisma generate arguments]`: writes the database client and the Pothos
 * types into `src/generated/`, offline.
 *
 * Prints nothing when all goes well; prints the tool's own output and exits with its code when not.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));

const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
const cli = join(dirname(manifest), 'build', 'index.js');

const child = spawn(process.execPath, [cli, 'generate', ...process.argv.slice(2)], {
  cwd: packageDir,
  stdio: ['ignore', 'pipe', 'pipe'],
  env: {
    ...process.env,
    // The CLI insists on a schema engine although generating never runs it. Naming any file that
    // exists keeps it from downloading one.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    // The Pothos generator is a program that the CLI starts by name, under our own Node.
    PATH: [
      join(packageDir, 'node_modules', '.bin'),
      dirname(process.execPath),
      process.env.PATH ?? '',
    ].join(delimiter),
  },
});

let output = '';
child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
child.on('close', (code) => {
  if (code !== 0) process.stderr.write(output);
  process.exitCode = code ?? 1;
});
