/**
 * `pnpm test [file filters and vitest flags]`: prepares the code, checks that what is generated and
 * committed is fresh, runs all tests, and closes with one line of totals. `--checks` adds format,
 * lint, types, dependency rules and unused code. With filters, only the matching tests run.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(import.meta.dirname, '..');
const withChecks = process.argv.includes('--checks');
const vitestArgs = process.argv.slice(2).filter((arg) => arg !== '--checks' && arg !== '--');
const totals: Totals = { passed: 0, failed: 0, skipped: 0 };

const committedBefore = readCommitted();
const isPrepared = await check('code is prepared', ['api/src/start.ts', '--prepare-only']);

if (isPrepared && vitestArgs.length === 0) {
  checkFreshness();
  await check('migrations describe schema.prisma', ['prisma/src/migrate-new.ts', '--check']);
}
if (isPrepared && withChecks) {
  await check('format', ['--run', 'format:check']);
  await check('lint', ['--run', 'lint']);
  for (const name of ['prisma', 'billing', 'schema', 'api', 'web', 'tests', 'bench']) {
    await check(`types of ${name}`, ['--run', 'types'], name);
  }
  await check('dependency rules', ['--run', 'deps:check']);
  await check('unused code', ['--run', 'unused']);
}
if (isPrepared) add(await runVitest(vitestArgs));

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** Files that are generated and committed; preparing rewrites them where they are stale. */
function readCommitted(): Map<string, string | undefined> {
  return new Map(
    ['schema/schema.graphql', 'schema/authorization.md'].map((file) => {
      try {
        return [file, readFileSync(join(root, file), 'utf8')];
      } catch {
        return [file, undefined];
      }
    }),
  );
}

function checkFreshness(): void {
  const now = readCommitted();
  for (const [file, before] of committedBefore) {
    const isFresh = before !== undefined && before === now.get(file);
    report(`${file} is fresh`, isFresh);
    if (!isFresh) console.error(`${file} was stale. Run "pnpm generate" and commit the result.`);
  }
}

/** Runs a program of ours as one test; it is silent unless it fails. */
async function check(name: string, args: string[], cwd = '.'): Promise<boolean> {
  // Preparing can take a minute and says what it is doing.
  const isTalkative = args.includes('--prepare-only');
  const child = spawn(process.execPath, args, {
    cwd: join(root, cwd),
    stdio: ['ignore', isTalkative ? 'inherit' : 'pipe', isTalkative ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) console.error(output.trim());
  report(name, code === 0);
  return code === 0;
}

function report(name: string, isPassed: boolean): void {
  console.log(`${isPassed ? '✓' : '✗'} ${name}`);
  add({ passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: 0 });
}

function add(more: Totals): void {
  totals.passed += more.passed;
  totals.failed += more.failed;
  totals.skipped += more.skipped;
}

async function runVitest(args: string[]): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), '4geeks-tests-'));
  const resultFile = join(folder, 'result.json');
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config=tests/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${resultFile}`,
      ...args,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const code = await new Promise((resolve) => child.once('close', resolve));
  try {
    const counted = countResults(readFileSync(resultFile, 'utf8'));
    // An error outside any test (a leak, a broken set-up) fails the run without failing a test.
    return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countResults(json: string): Totals {
  const result = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: { status: string; assertionResults: { status: string }[] }[];
  };
  // A file that could not be loaded has no failing test of its own.
  const brokenFiles = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenFiles,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
