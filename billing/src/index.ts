/**
 * What money does: the domain of subscription billing. Decides and writes; knows no HTTP, no
 * GraphQL and no environment. Every change of state in the system is a use case in this package.
 *
 * A folder per noun. In each: pure rules (facts in, facts out), use cases named `verb-noun.ts`
 * (authorize, load and lock, decide, write, record events, enqueue, return), and `access.ts` (the
 * rows a viewer may see). Import a file by its path: `@4geeks/billing/invoice/collect-invoice`.
 *
 * Terms: *merchant* is the tenant; *customer* pays the merchant; *payment* is one attempt to
 * collect one invoice; *past due* is an open invoice whose collection has failed; *dunning* is
 * retrying it on a schedule. The whole list stands in docs/vocabulary.md.
 */
export type { Billing } from './ports.ts';
export type { Actor, Viewer } from './access/viewer.ts';
