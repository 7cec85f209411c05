/** Draws PDFs in worker threads, so that requests and live updates never wait for one. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { onAnswer } from '../thread-answer.ts';
import type { InvoiceDocument } from './invoice-document.ts';
import type { PdfAnswer } from './pdf-worker.ts';

export interface PdfRenderer {
  /**
   * @throws PdfBusyError when too many wait already, PdfError when drawing failed or took too long,
   *   or the renderer was closed.
   */
  renderInvoice(document: InvoiceDocument): Promise<Uint8Array>;
  /** Ends the threads; whoever still waits gets a PdfError. */
  close(): Promise<void>;
}

export class PdfError extends Error {
  override name = 'PdfError';
}

/** Come back in a moment. */
export class PdfBusyError extends PdfError {
  override name = 'PdfBusyError';
}

export interface PdfRendererOptions {
  /** Threads, started when first needed. Default: 2, or 1 on machines with one or two cores. */
  threads?: number;
  /** Documents that may wait for a thread. Default 100. */
  queueLimit?: number;
  /** For one document, without waiting. Default 20 s: the first also loads the fonts. */
  timeoutMs?: number;
  /** Module that the threads run. For tests. */
  workerUrl?: URL;
}

interface Task {
  document: InvoiceDocument;
  resolve: (bytes: Uint8Array) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  task: Task | null;
  timer?: NodeJS.Timeout;
}

export function createPdfRenderer(options: PdfRendererOptions = {}): PdfRenderer {
  const { queueLimit = 100, timeoutMs = 20_000 } = options;
  const limit = options.threads ?? (availableParallelism() > 2 ? 2 : 1);
  const workerUrl = options.workerUrl ?? new URL('./pdf-worker.ts', import.meta.url);
  const threads = new Set<Thread>();
  const queue: Task[] = [];
  let closed = false;

  function startThread(): Thread {
    const thread: Thread = { worker: new Worker(workerUrl), task: null };
    threads.add(thread);
    // Idle threads keep no process alive.
    thread.worker.unref();
    onAnswer<PdfAnswer>(thread.worker, (answer) => {
      if ('bytes' in answer) finish(thread, (task) => task.resolve(answer.bytes));
      else fail(thread, 'The document could not be drawn', answer.error);
      next();
    });
    thread.worker.on('error', (error) => lose(thread, 'The PDF thread crashed', error));
    thread.worker.on('exit', () => lose(thread, 'The PDF thread ended'));
    return thread;
  }

  function finish(thread: Thread, settle: (task: Task) => void): void {
    clearTimeout(thread.timer);
    const { task } = thread;
    thread.task = null;
    thread.worker.unref();
    if (task) settle(task);
  }

  function fail(thread: Thread, message: string, cause?: unknown): void {
    finish(thread, (task) => task.reject(new PdfError(message, { cause })));
  }

  /** The next document gets a new thread. */
  function lose(thread: Thread, message: string, cause?: unknown): void {
    threads.delete(thread);
    fail(thread, message, cause);
    next();
  }

  function next(): void {
    while (queue.length > 0 && !closed) {
      const idle = [...threads].find((thread) => thread.task === null);
      const thread = idle ?? (threads.size < limit ? startThread() : null);
      if (!thread) return;
      thread.task = queue.shift()!;
      thread.worker.ref();
      thread.timer = setTimeout(() => {
        void thread.worker.terminate();
        lose(thread, `The document was not ready after ${timeoutMs} ms`);
      }, timeoutMs);
      thread.worker.postMessage(thread.task.document);
    }
  }

  return {
    renderInvoice(document) {
      if (closed) return Promise.reject(new PdfError('The PDF renderer is closed'));
      if (queue.length >= queueLimit) {
        return Promise.reject(new PdfBusyError('Too many documents are waiting'));
      }
      return new Promise((resolve, reject) => {
        queue.push({ document, resolve, reject });
        next();
      });
    },

    async close() {
      closed = true;
      for (const task of queue.splice(0)) task.reject(new PdfError('The PDF renderer was closed'));
      await Promise.all(
        [...threads].map((thread) => {
          fail(thread, 'The PDF renderer was closed');
          return thread.worker.terminate();
        }),
      );
    },
  };
}
