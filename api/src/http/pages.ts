/** The web app's pages: SvelteKit's handler, built into web/build. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Pages } from './server.ts';

/** What the pages' server side finds on `globalThis`: the API without a network hop. */
export interface PagesApi {
  fetch(request: Request): Promise<Response>;
  /** Where a demo's landing page leads; absent without a demo. */
  demo?: { portalPath: string; mailboxPath: string; customerEmail?: string };
}

declare global {
  var __fourGeeksApi: PagesApi | undefined;
}

/** Call before the first page is asked for. */
export function offerApiToPages(api: PagesApi): void {
  globalThis.__fourGeeksApi = api;
}

const handlerFile = join(import.meta.dirname, '../../../web/build/handler.js');

/**
 * Loads the built app once. Without a build (`pnpm dev` serves pages itself) there are no pages.
 * `createHttpServer` gives it the protocol in the header named here.
 */
export async function loadPages(): Promise<Pages> {
  if (!existsSync(handlerFile)) return (_request, _response, next) => next();
  process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
  const { handler } = (await import(pathToFileURL(handlerFile).href)) as { handler: Pages };
  return handler;
}
