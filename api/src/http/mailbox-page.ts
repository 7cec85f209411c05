/** The HTML of the mailbox (see mailbox.ts). */
import { escapeHtml } from '../html.ts';
import type { OutboxEntry, OutboxMail } from '../adapters/mail/outbox.ts';

/** Looks for new mail while somebody looks, and replaces the list when there is. */
export const refreshScript = `
const list = document.querySelector('[data-list]');
if (list) setInterval(async () => {
  if (document.hidden) return;
  try {
    const response = await fetch(location.href, { cache: 'no-cache' });
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-list]');
    if (next && next.innerHTML !== list.innerHTML) list.innerHTML = next.innerHTML;
  } catch {}
}, 2500);
`;

const style = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#16181d;--soft:#5c6370;--line:#dfe2e8;--accent:#1f5fd6;--chip:#e8eefb}
@media (prefers-color-scheme:dark){:root{--ground:#111318;--card:#1b1e25;--ink:#eceef2;--soft:#a2a9b6;--line:#30343e;--accent:#8ab0f8;--chip:#24304a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.wrap{max-width:56rem;margin:0 auto;padding:1.5rem 1rem}
header{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:end;justify-content:space-between;margin-bottom:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
header p{margin:.25rem 0 0;color:var(--soft)}
form{display:flex;gap:.5rem;flex:1 1 18rem;max-width:26rem}
input{font:inherit;flex:1;min-width:0;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:inherit}
button{font:inherit;font-weight:600;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:inherit;cursor:pointer}
ol{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
li+li{border-top:1px solid var(--line)}
li a{display:grid;grid-template-columns:1fr auto;gap:0 1rem;padding:.75rem 1rem;color:inherit;text-decoration:none}
li a:hover{background:var(--ground)}li a:focus-visible{outline-offset:-3px}
.subject{font-weight:600;overflow-wrap:anywhere}.meta{color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}
time{color:var(--soft);font-size:.875rem;white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums}
.tag{display:inline-block;padding:0 .5rem;border-radius:1rem;background:var(--chip);font-size:.75rem;line-height:1.5rem;justify-self:end;align-self:start;white-space:nowrap}
.empty{padding:3rem 1rem;text-align:center;color:var(--soft);background:var(--card);border:1px dashed var(--line);border-radius:.75rem}
.mail{display:flex;flex-direction:column;min-height:100dvh}
dl{display:grid;grid-template-columns:auto 1fr;gap:.125rem 1rem;margin:.75rem 0 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
nav.tabs{display:flex;gap:.25rem;border-bottom:1px solid var(--line)}
nav.tabs a{padding:.5rem 1rem;color:var(--soft);text-decoration:none;border-bottom:3px solid transparent;margin-bottom:-1px}
nav.tabs a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--accent)}
iframe{flex:1;width:100%;min-height:32rem;border:1px solid var(--line);border-top:0;background:#fff;color-scheme:light}
pre{flex:1;margin:0;padding:1.25rem;background:var(--card);border:1px solid var(--line);border-top:0;font:.9375rem/1.6 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
`;

export function listPage(input: {
  mails: readonly OutboxEntry[];
  to?: string;
  tag?: string;
  now: Date;
}): string {
  const { mails, to = '', tag } = input;
  const list =
    mails.length > 0
      ? `<ol>${mails.map((mail) => listItem(mail, input.now)).join('')}</ol>`
      : `<p class="empty">${to || tag ? 'No mail matches this search.' : 'No mail yet. What the product sends appears here.'}</p>`;
  const shown = tag
    ? `<p>Only <span class="tag">${escapeHtml(tag)}</span> <a href="/mailbox">Show all</a></p>`
    : '';
  return document(
    'Mailbox',
    `<div class="wrap">
<header>
<div><h1>Mailbox</h1><p>Every mail this installation would have sent.</p>${shown}</div>
<form method="get" action="/mailbox" role="search">
<input type="search" name="to" value="${escapeHtml(to)}" placeholder="Search by address" aria-label="Search by address" autocomplete="off">
<button>Search</button>
</form>
</header>
<main data-list aria-live="polite">${list}</main>
</div>`,
  );
}

function listItem(mail: OutboxEntry, now: Date): string {
  return `<li><a href="/mailbox/${mail.id}">
<span class="subject">${escapeHtml(mail.subject)}</span>
<time datetime="${mail.createdAt.toISOString()}">${shortTime(mail.createdAt, now)}</time>
<span class="meta">${escapeHtml(mail.to.address)} · from ${escapeHtml(mail.from.name)}</span>
<span class="tag">${escapeHtml(mail.tag)}</span>
</a></li>`;
}

export function mailPage(mail: OutboxMail, view: 'html' | 'text'): string {
  const tab = (name: 'html' | 'text', label: string) =>
    `<a href="/mailbox/${mail.id}${name === 'text' ? '?view=text' : ''}"${view === name ? ' aria-current="page"' : ''}>${label}</a>`;
  const body =
    view === 'html'
      ? `<iframe src="/mailbox/${mail.id}.html" title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>`
      : `<pre>${linked(mail.text)}</pre>`;
  const field = (label: string, value: string) => `<dt>${label}</dt><dd>${escapeHtml(value)}</dd>`;
  return document(
    mail.subject,
    `<div class="wrap mail">
<p><a href="/mailbox">← All mail</a></p>
<h1>${escapeHtml(mail.subject)}</h1>
<dl>
${field('From', address(mail.from))}
${field('To', address(mail.to))}
${mail.replyTo ? field('Reply to', mail.replyTo) : ''}
${field('Sent', `${mail.createdAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`)}
${field('Tag', mail.tag)}
</dl>
<nav class="tabs" aria-label="Parts of the mail">${tab('html', 'HTML')}${tab('text', 'Text')}</nav>
${body}
</div>`,
  );
}

function address(person: { name?: string | null; address: string }): string {
  return person.name ? `${person.name} <${person.address}>` : person.address;
}

/** Addresses become links; the rest is only text. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? `<a href="${escapeHtml(part)}" rel="noreferrer">${escapeHtml(part)}</a>`
        : escapeHtml(part),
    )
    .join('');
}

/** Time of day today, else the date; UTC. */
function shortTime(at: Date, now: Date): string {
  const text = at.toISOString();
  return text.slice(0, 10) === now.toISOString().slice(0, 10)
    ? `${text.slice(11, 16)} UTC`
    : text.slice(0, 10);
}

function document(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}<script>${refreshScript}</script></body></html>`;
}
