/**
 * A worker as an installation runs it, in a process of its own: what it needs is what the run needs.
 * Answers its parent over IPC.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { answerParent } from '../child.ts';
import { appOptions } from './app-options.ts';

/** `watch` begins to count what the process uses, `report` ends the worker. */
export type WorkerRequest = { ask: 'start'; url: string } | { ask: 'watch' } | { ask: 'report' };

/** Bytes, and seconds of CPU, since `watch`. */
export interface Usage {
  cpuSeconds: number;
  /** Most that was resident at once. */
  peakRss: number;
  finalRss: number;
  /** Live objects after collecting garbage. */
  heapBefore: number;
  heapAfter: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function liveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

let app: Awaited<ReturnType<typeof buildApp>> | null = null;
let watched = { cpu: process.cpuUsage(), heap: 0 };
let peakRss = 0;

answerParent(async (request: WorkerRequest): Promise<Usage | null> => {
  switch (request.ask) {
    case 'start':
      app = await buildApp({
        ...appOptions(request.url),
        role: 'worker',
        log: createLogger({ level: 'error' }),
      });
      await app.start();
      return null;
    case 'watch':
      watched = { heap: liveHeap(), cpu: process.cpuUsage() };
      setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 50).unref();
      return null;
    case 'report': {
      const { user, system } = process.cpuUsage(watched.cpu);
      const finalRss = process.memoryUsage.rss();
      await app?.stop();
      return {
        cpuSeconds: (user + system) / 1e6,
        peakRss: Math.max(peakRss, finalRss),
        finalRss,
        heapBefore: watched.heap,
        heapAfter: liveHeap(),
      };
    }
  }
});
