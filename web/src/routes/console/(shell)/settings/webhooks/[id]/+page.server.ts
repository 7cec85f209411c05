import { error } from '@sveltejs/kit';
import { oneOf, pageVariables } from '#lib/console/list-page.ts';
import { ConsoleWebhookEndpointDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import { deliveryFilters } from '#lib/webhook/describe.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('console:webhook');
  const filter = oneOf(url.searchParams.get('status'), deliveryFilters);
  const { node, webhookEventTypes } = await orErrorPage(
    locals.api.query(ConsoleWebhookEndpointDocument, {
      id: params.id,
      ...pageVariables(url),
      ...(filter && { status: filter }),
    }),
  );
  if (node?.__typename !== 'WebhookEndpoint') error(404, 'No such endpoint');
  return { endpoint: node, filter, eventTypes: webhookEventTypes ?? [] };
};
