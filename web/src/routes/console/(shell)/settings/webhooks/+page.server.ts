import { pageVariables } from '#lib/console/list-page.ts';
import { ConsoleWebhookEndpointsDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { webhookEndpoints, webhookEventTypes } = await orErrorPage(
    locals.api.query(ConsoleWebhookEndpointsDocument, pageVariables(url)),
  );
  return { webhookEndpoints, eventTypes: webhookEventTypes ?? [] };
};
