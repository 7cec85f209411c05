/** The thread that draws PDFs (see pdf-renderer.ts): one document in, its bytes or an error out. */
import { parentPort } from 'node:worker_threads';

import { postAnswer } from '../thread-answer.ts';
import { drawInvoice } from './draw-invoice.ts';
import type { InvoiceDocument } from './invoice-document.ts';

/** The thread's answer. */
export type PdfAnswer = { bytes: Uint8Array<ArrayBuffer> } | { error: unknown };

parentPort?.on('message', (document: InvoiceDocument) => {
  let answer: PdfAnswer;
  try {
    answer = { bytes: new Uint8Array(drawInvoice(document)) };
  } catch (error) {
    answer = { error };
  }
  postAnswer(answer, 'bytes' in answer ? [answer.bytes.buffer] : []);
});
