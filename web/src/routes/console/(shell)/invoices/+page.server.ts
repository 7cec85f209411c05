import { oneOf, pageVariables } from '#lib/console/list-page.ts';
import { ConsoleInvoicesDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { invoiceFilters } from '#lib/invoice/describe.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const filter = oneOf(url.searchParams.get('status'), invoiceFilters);
  const { invoices } = await orErrorPage(
    locals.api.query(ConsoleInvoicesDocument, {
      ...pageVariables(url),
      ...(filter === 'PAST_DUE' ? { pastDue: true } : filter && { status: filter }),
    }),
  );
  return { invoices, filter };
};
