import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of this process; live objects after collecting garbage. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
  heapBytes: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed + external };
}

/** Milliseconds by the clock all processes share. */
export const now = () => performance.timeOrigin + performance.now();
