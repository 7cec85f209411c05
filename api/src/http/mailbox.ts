/**
 * `/mailbox`: reads the mails of the outbox. A tool for whoever tries the product out, in English;
 * served only where mails stay in the outbox, never beside a real mail provider.
 *
 * `/mailbox` and `/mailbox/<id>` are pages, `/mailbox/<id>.html` is one mail's HTML as a mail program
 * shows it, `/mailbox.json?to=&tag=&limit=` lists mails with their bodies, newest first.
 */
import { createHash } from 'node:crypto';

import type { Outbox } from '../adapters/mail/outbox.ts';
import { listPage, mailPage, refreshScript } from './mailbox-page.ts';

/** @returns null for paths that are not the mailbox's. */
export type MailboxHandler = (request: Request) => Promise<Response | null>;

const scriptHash = createHash('sha256').update(refreshScript).digest('base64');
const pagePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${scriptHash}'`,
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A mail may show pictures and lead somewhere, nothing else. */
const mailPolicy = [
  'sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src http: https: data:',
  "frame-ancestors 'self'",
].join('; ');

export function createMailbox(outbox: Outbox): MailboxHandler {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const isOurs = /^\/mailbox(\.json|\/.*)?$/.test(pathname);
    if (!isOurs) return null;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Method not allowed', { status: 405, headers: { allow: 'GET, HEAD' } });
    }

    const tag = searchParams.get('tag') || undefined;
    const to = searchParams.get('to')?.trim() || undefined;
    if (pathname === '/mailbox.json') {
      const limit = Math.min(Math.max(Number(searchParams.get('limit')) || 100, 1), 1000);
      return Response.json(await outbox.listWithBodies({ to, tag, limit }), {
        headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      });
    }
    if (pathname === '/mailbox' || pathname === '/mailbox/') {
      const mails = await outbox.list({ toContains: to, tag, limit: 200 });
      return page(request, listPage({ mails, to, tag, now: new Date() }));
    }

    const [, id, extension] = /^\/mailbox\/(\d+)(\.html)?$/.exec(pathname) ?? [];
    const mail = id === undefined ? null : await outbox.read(id);
    if (!mail) return new Response('No such mail', { status: 404 });
    if (extension) return framedMail(mail.html);
    return page(request, mailPage(mail, searchParams.get('view') === 'text' ? 'text' : 'html'));
  };
}

function page(request: Request, html: string): Response {
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 24)}"`;
  const headers = {
    etag,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': pagePolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers.get('if-none-match') === etag) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(html, { headers });
}

/** Links lead out of the frame. */
function framedMail(html: string): Response {
  const base = '<base target="_top">';
  const withBase = /<head[^>]*>/i.test(html)
    ? html.replace(/<head[^>]*>/i, `$&${base}`)
    : base + html;
  return new Response(withBase, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': mailPolicy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}
