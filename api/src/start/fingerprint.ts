/** Whether a step's result is current, remembered as a hash in a file per step. */
import { createHash, type Hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Step } from './steps.ts';

/** Generated folders inside a step's inputs: results of earlier steps, named where they matter. */
const generated = new Set(['node_modules', 'gql', 'paraglide', 'generated']);

export function isCurrent(root: string, step: Step): boolean {
  try {
    return readFileSync(stampFile(root, step), 'utf8') === fingerprint(root, step);
  } catch {
    return false;
  }
}

export function rememberCurrent(root: string, step: Step): void {
  const stamp = fingerprint(root, step);
  try {
    mkdirSync(join(root, 'node_modules/.cache/4geeks'), { recursive: true });
    writeFileSync(stampFile(root, step), stamp);
  } catch {
    // A folder that cannot be written only costs time: the step runs again at the next start.
  }
}

const stampFile = (root: string, step: Step) =>
  join(
    root,
    'node_modules/.cache/4geeks',
    `${step.cwd === '.' ? 'root' : step.cwd}-${step.script.replaceAll(':', '-')}`,
  );

/** Throws when an output is missing. */
function fingerprint(root: string, step: Step): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...step.inputs, 'pnpm-lock.yaml']) addPath(hash, root, path);
  for (const path of step.outputs) hash.update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function addPath(hash: Hash, root: string, path: string): void {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats) return;
  hash.update(`${path}\0`);
  if (!stats.isDirectory()) {
    hash.update(readFileSync(join(root, path))).update('\0');
    return;
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (!generated.has(name) && !name.includes('.test.')) addPath(hash, root, `${path}/${name}`);
  }
}
