/** Recognising, waiting for and ending server processes, ours or a previous run's. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** True while a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A zombie has ended: only its parent has not asked for its exit code yet.
  return processField(pid, 'stat=')?.startsWith('Z') !== true;
}

/**
 * What tells two processes apart that had the same id one after the other, or undefined when the
 * process is gone.
 */
export function startedAt(pid: number): string | undefined {
  return statFields(pid)?.[19] ?? processField(pid, 'lstart=');
}

export function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return process.platform === 'linux' ? undefined : processField(pid, 'command=');
  }
}

/** Resolves to whether the process ended within the time. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Ends a Postgres server: a fast shutdown (sessions are ended, everything is written), then an
 * immediate one (safe: the next start replays the log), and force only after both.
 */
export async function endServer(pid: number): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone, or not ours to end: waiting tells which.
    }
    if (await waitForEnd(pid, timeoutMs)) return;
  }
}

/** The fields of /proc/PID/stat from the state on, or undefined where there is none. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function processField(pid: number, field: 'stat=' | 'lstart=' | 'command='): string | undefined {
  if (process.platform === 'linux') return field === 'stat=' ? statFields(pid)?.[0] : undefined;
  const { status, stdout } = spawnSync('ps', ['-o', field, '-p', `${pid}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
