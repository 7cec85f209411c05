import { error } from '@sveltejs/kit';
import { ConsoleInvoiceDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('console:invoice');
  const { node } = await orErrorPage(locals.api.query(ConsoleInvoiceDocument, { id: params.id }));
  if (node?.__typename !== 'Invoice') error(404, 'No such invoice');
  return { invoice: node };
};
