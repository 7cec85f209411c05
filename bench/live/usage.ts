import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of this process; live objects after collecting garbage. */
export interface Usage {
  cpuMs: number;
  /** The same once garbage was collected: where what follows begins. */
  cpuMsThen: number;
  rssBytes: number;
  heapBytes: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function usage(): Usage {
  const cpuMs = cpu();
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMs, cpuMsThen: cpu(), rssBytes: rss, heapBytes: heapUsed + external };
}

/** Milliseconds by the clock all processes share. */
export const now = () => performance.timeOrigin + performance.now();
