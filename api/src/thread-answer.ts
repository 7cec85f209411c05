/**
 * What a worker thread answers to whoever started it. Under `node --watch`, as in `pnpm dev`, Node posts
 * messages of its own on the thread's port, one for each file that the thread imports. So ours say that
 * they are ours.
 */
import { parentPort, type Transferable, type Worker } from 'node:worker_threads';

/** Called in the thread. */
export function postAnswer<Answer>(answer: Answer, transfer: Transferable[] = []): void {
  parentPort?.postMessage({ answer }, transfer);
}

/** Called by whoever started the thread; it names the type that the thread posts. */
export function onAnswer<Answer>(worker: Worker, listener: (answer: Answer) => void): void {
  worker.on('message', (message: object) => {
    if ('answer' in message) listener(message.answer as Answer);
  });
}
