import { oneOf, pageVariables } from '#lib/console/list-page.ts';
import { ConsolePaymentsDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { paymentStatuses } from '#lib/payment/describe.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const status = oneOf(url.searchParams.get('status'), paymentStatuses);
  const { payments } = await orErrorPage(
    locals.api.query(ConsolePaymentsDocument, { ...pageVariables(url), ...(status && { status }) }),
  );
  return { payments, status };
};
