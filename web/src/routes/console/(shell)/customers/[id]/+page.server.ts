import { error } from '@sveltejs/kit';
import { firstCounts } from '#lib/customer/page-size.ts';
import { ConsoleCustomerDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { customer } = await orErrorPage(
    locals.api.query(ConsoleCustomerDocument, { id: params.id, ...firstCounts }),
  );
  if (!customer) error(404, 'No such customer');
  return { customer };
};
