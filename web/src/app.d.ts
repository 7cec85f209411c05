import type { ApiClient } from '#lib/graphql/client.ts';
import type { Locale } from '#lib/paraglide/runtime.js';
import type { ThemeChoice } from '#lib/theme/theme.ts';

declare global {
  namespace App {
    interface Error {
      /** Quoted to support. */
      requestId?: string;
      /** The permission a refused page would have needed. */
      permission?: string;
    }

    interface Locals {
      /** The API as this visitor: their cookies and language, no network between. */
      api: ApiClient;
      locale: Locale;
      theme: ThemeChoice;
      requestId: string;
    }
  }

  /** Set by the server process that also runs the API; absent under `vite dev`. */
  var __fourGeeksApi:
    | {
        fetch(request: Request): Promise<Response> | Response;
        /** Only in demo mode: paths the landing page leads to. */
        demo?: { portalPath: string; mailboxPath: string };
      }
    | undefined;
}

export {};
