/** Every address of the two faces, as a function. Pages and links take them from here only. */

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
  return search ? `${path}?${search}` : path;
}

/** Where a list stands in its connection. */
export type Cursor = { after?: string | undefined; before?: string | undefined };

export const landing = () => '/';
export const apiExplorer = () => '/graphql';

export const console_ = {
  home: () => '/console',
  /** @param next the console path to return to after signing in */
  signIn: (next?: string) => withQuery('/console/sign-in', { next }),
  customers: (query: Cursor & { q?: string | undefined; status?: string | undefined } = {}) =>
    withQuery('/console/customers', query),
  customer: (id: string) => `/console/customers/${encodeURIComponent(id)}`,
  subscriptions: (query: Cursor & { status?: string | undefined } = {}) =>
    withQuery('/console/subscriptions', query),
  invoices: (query: Cursor & { status?: string | undefined } = {}) =>
    withQuery('/console/invoices', query),
  invoice: (id: string) => `/console/invoices/${encodeURIComponent(id)}`,
  payments: (query: Cursor & { status?: string | undefined } = {}) =>
    withQuery('/console/payments', query),
  portalSettings: () => '/console/settings/portal',
  teamSettings: (query: Cursor = {}) => withQuery('/console/settings/team', query),
  apiKeySettings: (query: Cursor = {}) => withQuery('/console/settings/api-keys', query),
  webhookSettings: (query: Cursor = {}) => withQuery('/console/settings/webhooks', query),
  webhookEndpoint: (id: string, query: Cursor & { status?: string | undefined } = {}) =>
    withQuery(`/console/settings/webhooks/${encodeURIComponent(id)}`, query),
  notificationSettings: (query: { template?: string; language?: string } = {}) =>
    withQuery('/console/settings/notifications', query),
};

export const portal = {
  home: (slug: string) => `/p/${slug}`,
  /** @param path relative to the portal's root, as `returnPath` of the API: `payment-methods/new` */
  page: (slug: string, path: string) => safeNext(`/p/${slug}/${path}`, `/p/${slug}`),
  /** @param next where to return after signing in, relative to the portal's root */
  signIn: (slug: string, next?: string) => withQuery(`/p/${slug}/sign-in`, { next }),
  paymentMethods: (slug: string) => `/p/${slug}/payment-methods`,
  newPaymentMethod: (slug: string) => `/p/${slug}/payment-methods/new`,
  invoices: (slug: string, query: Cursor & { view?: 'payments' | undefined } = {}) =>
    withQuery(`/p/${slug}/invoices`, query),
  subscriptions: (slug: string) => `/p/${slug}/subscriptions`,
  /** Open to sessions that were made with plans on offer. */
  plan: (slug: string) => `/p/${slug}/plan`,
};

/** Keeps an address given from outside inside one face: no other host, no other path. */
export function safeNext(next: string | null, within: string): string {
  if (!next || !URL.canParse(next, 'http://same.invalid')) return within;
  const url = new URL(next, 'http://same.invalid');
  const inside = url.pathname === within || url.pathname.startsWith(`${within}/`);
  if (url.origin !== 'http://same.invalid' || !inside) return within;
  return url.pathname.replace(/\/$/, '') + url.search;
}
