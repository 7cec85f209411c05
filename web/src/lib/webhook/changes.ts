/** Changes of an endpoint that need no form: what came of them is said in a toast. */
import { toast } from 'svelte-sonner';
import { errorSentence, failureSentence, type ApiError } from '#lib/errors/sentences.ts';
import {
  DeleteWebhookEndpointDocument,
  RedeliverWebhookDocument,
  SendTestWebhookDocument,
  UpdateWebhookEndpointDocument,
} from '#lib/gql/graphql.ts';
import type { Api } from '#lib/graphql/api-context.ts';
import { m } from '#lib/paraglide/messages.js';
import { endpointName } from './describe.ts';

type Endpoint = { id: string; url: string };
type Answer<Done extends string> =
  { __typename: Done } | (ApiError & { __typename: string }) | null;

/** @returns whether it was done; a toast says so, or what went wrong. */
async function tell<Done extends string>(
  asked: Promise<Answer<Done> | undefined>,
  done: Done,
  sentence: string,
): Promise<boolean> {
  try {
    const result = await asked;
    if (result?.__typename === done) {
      toast.success(sentence);
      return true;
    }
    toast.error(result && 'code' in result ? errorSentence(result) : m.error_forbidden());
  } catch (failure) {
    toast.error(failureSentence(failure));
  }
  return false;
}

export function switchEndpoint(api: Api, endpoint: Endpoint, enabled: boolean): Promise<boolean> {
  const name = endpointName(endpoint);
  return tell(
    api
      .mutate(UpdateWebhookEndpointDocument, { input: { webhookEndpointId: endpoint.id, enabled } })
      .then(({ updateWebhookEndpoint }) => updateWebhookEndpoint),
    'WebhookEndpoint',
    enabled ? m.console_webhook_enable_done({ name }) : m.console_webhook_disable_done({ name }),
  );
}

export function deleteEndpoint(api: Api, endpoint: Endpoint): Promise<boolean> {
  return tell(
    api
      .mutate(DeleteWebhookEndpointDocument, { input: { webhookEndpointId: endpoint.id } })
      .then(({ deleteWebhookEndpoint }) => deleteWebhookEndpoint),
    'Deleted',
    m.console_webhook_delete_done({ name: endpointName(endpoint) }),
  );
}

export function sendTestEvent(api: Api, endpoint: Endpoint): Promise<boolean> {
  return tell(
    api
      .mutate(SendTestWebhookDocument, { input: { webhookEndpointId: endpoint.id } })
      .then(({ sendTestWebhook }) => sendTestWebhook),
    'WebhookDelivery',
    m.console_webhook_test_done({ name: endpointName(endpoint) }),
  );
}

export function sendAgain(api: Api, webhookDeliveryId: string): Promise<boolean> {
  return tell(
    api
      .mutate(RedeliverWebhookDocument, { input: { webhookDeliveryId } })
      .then(({ redeliverWebhook }) => redeliverWebhook),
    'WebhookDelivery',
    m.console_webhook_redeliver_done(),
  );
}
