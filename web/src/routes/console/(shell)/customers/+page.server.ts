import { oneOf, pageVariables } from '#lib/console/list-page.ts';
import { billingStatuses } from '#lib/customer/describe.ts';
import { ConsoleCustomersDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const search = url.searchParams.get('q')?.trim().slice(0, 200) || undefined;
  const status = oneOf(url.searchParams.get('status'), billingStatuses);
  const { customers } = await orErrorPage(
    locals.api.query(ConsoleCustomersDocument, {
      ...pageVariables(url),
      ...(search && { search }),
      ...(status && { billingStatus: status }),
    }),
  );
  return { customers, search, status };
};
