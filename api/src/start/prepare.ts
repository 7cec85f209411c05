/** Runs the steps whose result is missing or out of date. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { isCurrent, rememberCurrent } from './fingerprint.ts';
import { generationSteps, webBuildStep, type Step } from './steps.ts';

const root = join(import.meta.dirname, '../../..');

/** The message says which step failed and what its tool printed. */
export class PreparationError extends Error {
  override name = 'PreparationError';
}

/** Does nothing, quickly and silently, when all is current. */
export async function prepare(options: { webBuild: boolean }): Promise<void> {
  const steps = options.webBuild ? [...generationSteps, webBuildStep] : generationSteps;
  for (const step of steps) {
    if (isCurrent(root, step)) continue;
    process.stdout.write(`Preparing: ${step.label} ... `);
    const startedAt = performance.now();
    const { code, output } = await run(step);
    if (code !== 0) {
      process.stdout.write('failed\n');
      throw new PreparationError(
        `${output.trim()}\n\nPreparing the ${step.label} failed (exit code ${code}).`,
      );
    }
    process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    rememberCurrent(root, step);
  }
}

function run(step: Step): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--run', step.script], {
    cwd: join(root, step.cwd),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
