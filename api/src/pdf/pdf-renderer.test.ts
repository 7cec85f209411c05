import { afterEach, describe, expect, it } from 'vitest';

import type { InvoiceDocument } from './invoice-document.ts';
import { createPdfRenderer, PdfBusyError, PdfError, type PdfRenderer } from './pdf-renderer.ts';

/** A thread that does what the "document" says, and posts what `node --watch` posts from it. */
const code = `
  import { parentPort } from 'node:worker_threads';
  const answer = (message) => parentPort.postMessage({ answer: message });
  parentPort.on('message', ({ number }) => {
    parentPort.postMessage({ 'watch:import': ['file:///a-font.ts'] });
    if (number === 'crash') throw new Error('crash');
    if (number === 'exit') process.exit(1);
    if (number === 'error') answer({ error: new Error('no font') });
    if (number === 'hang') for (;;);
    if (number === 'draw') answer({ bytes: new Uint8Array([1, 2, 3]) });
  });`;
const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const task = (number: string) => ({ number }) as InvoiceDocument;

let renderer: PdfRenderer;
const open = (options: Parameters<typeof createPdfRenderer>[0] = {}) =>
  (renderer = createPdfRenderer({ workerUrl, threads: 1, ...options }));
afterEach(() => renderer.close());

describe('createPdfRenderer', () => {
  it('draws one after the other and several at once', async () => {
    open({ threads: 2 });
    const all = await Promise.all(
      Array.from({ length: 5 }, () => renderer.renderInvoice(task('draw'))),
    );
    for (const bytes of all) expect([...bytes]).toEqual([1, 2, 3]);
  });

  it.each(['crash', 'exit', 'error'])('survives: %s', async (trouble) => {
    open();
    await expect(renderer.renderInvoice(task(trouble))).rejects.toBeInstanceOf(PdfError);
    expect(await renderer.renderInvoice(task('draw'))).toHaveLength(3);
  });

  it('gives up on a document that takes too long', async () => {
    open({ timeoutMs: 150 });
    const hanging = renderer.renderInvoice(task('hang'));
    const waiting = renderer.renderInvoice(task('draw'));
    await expect(hanging).rejects.toThrow(/not ready/);
    expect(await waiting).toHaveLength(3);
  });

  it('takes no more than it can hold', async () => {
    open({ queueLimit: 1 });
    const first = renderer.renderInvoice(task('draw'));
    const second = renderer.renderInvoice(task('draw'));
    await expect(renderer.renderInvoice(task('draw'))).rejects.toBeInstanceOf(PdfBusyError);
    await Promise.all([first, second]);
  });

  it('closes with everyone told', async () => {
    open();
    const waiting = ['hang', 'draw'].map((number) =>
      expect(renderer.renderInvoice(task(number))).rejects.toThrow(/closed/),
    );
    await renderer.close();
    await Promise.all(waiting);
    await expect(renderer.renderInvoice(task('draw'))).rejects.toThrow(/closed/);
  });
});
