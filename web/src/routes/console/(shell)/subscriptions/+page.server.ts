import { oneOf, pageVariables } from '#lib/console/list-page.ts';
import { ConsoleSubscriptionsDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { subscriptionStatuses } from '#lib/subscription/describe.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const status = oneOf(url.searchParams.get('status'), subscriptionStatuses);
  const { subscriptions } = await orErrorPage(
    locals.api.query(ConsoleSubscriptionsDocument, {
      ...pageVariables(url),
      ...(status && { status }),
    }),
  );
  return { subscriptions, status };
};
