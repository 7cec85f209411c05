/** Pages that a card issuer or a processor would show: test furniture in English. */

const style = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#16181d;--soft:#5c6370;--line:#dfe2e8;--go:#1f5fd6;--go-ink:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#111318;--card:#1b1e25;--ink:#eceef2;--soft:#a2a9b6;--line:#30343e;--go:#6c9cf5;--go-ink:#0b1020}}
*{box-sizing:border-box}body{margin:0;min-height:100dvh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.75rem}
h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:.25rem 0 0;color:var(--soft)}dl{margin:1.25rem 0;border-block:1px solid var(--line);padding:.5rem 0}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0}dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
dd.card{display:inline-block}dd.card::first-letter{text-transform:uppercase}
form{display:grid;gap:.5rem}button,a.button{font:inherit;font-weight:600;min-height:2.75rem;border-radius:.5rem;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer;display:grid;place-items:center;text-decoration:none}
button[value=complete],button[value=win],a.button{background:var(--go);border-color:var(--go);color:var(--go-ink)}:focus-visible{outline:3px solid var(--go);outline-offset:2px}
`;

/** @param main trusted HTML; values in it are escaped. */
export function sandboxPage(status: number, title: string, main: string): Response {
  return new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main>${main}</main></body></html>`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    },
  );
}
