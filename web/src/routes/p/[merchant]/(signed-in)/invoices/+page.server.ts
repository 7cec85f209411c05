import { PortalInvoicesDocument, PortalPaymentsDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { historyKey } from '#lib/portal/history-key.ts';
import type { PageServerLoad } from './$types';

const pageSize = 12;

/** One page of invoices or of payments; nothing while the merchant keeps the history closed. */
export const load: PageServerLoad = async ({ locals, parent, url, depends }) => {
  depends(historyKey);
  const view = url.searchParams.get('view') === 'payments' ? 'payments' : 'invoices';
  const { portal, customer } = await parent();
  if (!customer || !portal.permissions.includes('VIEW_PAYMENT_HISTORY')) {
    return { view, invoices: null, payments: null } as const;
  }

  const before = url.searchParams.get('before');
  const page = before
    ? { last: pageSize, before }
    : { first: pageSize, after: url.searchParams.get('after') };
  if (view === 'payments') {
    const { viewer } = await orErrorPage(locals.api.query(PortalPaymentsDocument, page));
    return { view, invoices: null, payments: viewer.customer?.payments ?? null } as const;
  }
  const { viewer } = await orErrorPage(locals.api.query(PortalInvoicesDocument, page));
  return { view, invoices: viewer.customer?.invoices ?? null, payments: null } as const;
};
