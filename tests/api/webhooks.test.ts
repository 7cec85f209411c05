/** Webhooks as an integrator sets them up and looks after them: over the API. */
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { publicEventTypes } from '@4geeks/billing/webhook/public-events';
import { beforeEach, describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import { answerWith, verify, webhookReceiver } from '../testkit/webhook-receiver.ts';

const api = await testApi();
const receiver = await webhookReceiver();
const merchant = await api.seed.merchant();
const staff = await api.staff(merchant);
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = answerWith(204);
});

async function mutate(
  name: string,
  input: object,
  fields = '',
  client: GraphqlClient = staff,
): Promise<Data> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await client.data(
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ${fields}
      ... on Error { code message } } }`,
    { input },
  );
  return data[name];
}

const withSecret = `... on WebhookEndpointSecret { secret endpoint {
  id url description eventTypes isEnabled disabledReason payloadVersion previousSecretUntil } }`;

const reasons = `... on InvalidInputError { field reason }`;

const create = (input: object = {}, client: GraphqlClient = staff) =>
  mutate(
    'createWebhookEndpoint',
    { url: receiver.url, ...input },
    `${withSecret} ${reasons}`,
    client,
  );

const happen = () =>
  createCustomer(api.app.billing, merchant.system, {
    name: 'Ada',
    email: 'ada@example.com',
    locale: 'en',
  });

const logFields = `id status eventType attempts responseStatus responseBody failure nextAttemptAt
  lastAttemptAt deliveredAt createdAt payload event { id type } endpoint { id }`;

async function log(id: string, args = 'first: 10'): Promise<Data[]> {
  const { node } = await staff.data(
    `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint {
       deliveries(${args}) { edges { node { ${logFields} } } } } } }`,
    { id },
  );
  return node.deliveries.edges.map(({ node: delivery }: Data) => delivery);
}

it('an endpoint is made, told within a second, looked after and removed', async () => {
  const { secret, endpoint } = await create({
    eventTypes: ['customer.created'],
    description: 'The shop',
  });
  expect(endpoint).toMatchObject({
    url: `${receiver.url}/`,
    description: 'The shop',
    eventTypes: ['customer.created'],
    isEnabled: true,
    disabledReason: null,
    payloadVersion: '2026-11-28',
    previousSecretUntil: null,
  });

  // Nobody sweeps: it was woken by the commit.
  await happen();
  await expect.poll(() => receiver.received.length).toBe(1);
  const payload = verify(secret, receiver.received[0]!);
  await api.drain();
  const { event, customer } = await staff.data(
    `query ($event: ID!, $customer: ID!) {
       event: node(id: $event) { ... on Event { type } }
       customer: node(id: $customer) { ... on Customer { name } } }`,
    { event: payload.id, customer: payload.objectId },
  );
  expect([event, customer]).toEqual([{ type: 'customer.created' }, { name: 'Ada' }]);
  const [delivery] = await log(endpoint.id);
  expect(delivery).toMatchObject({
    status: 'DELIVERED',
    eventType: 'customer.created',
    attempts: 1,
    responseStatus: 204,
    responseBody: '',
    failure: null,
    nextAttemptAt: null,
    payload,
    event: { id: payload.id },
    endpoint: { id: endpoint.id },
  });

  receiver.answer = answerWith(500, 'no');
  expect(
    await mutate(
      'redeliverWebhook',
      { webhookDeliveryId: delivery!.id },
      `... on WebhookDelivery { status }`,
    ),
  ).toMatchObject({ status: 'PENDING' });
  await api.drain();
  expect(await log(endpoint.id, 'first: 5, status: DELIVERED')).toEqual([]);
  expect(await log(endpoint.id, 'first: 5, status: PENDING')).toMatchObject([
    { attempts: 2, responseStatus: 500, responseBody: 'no', nextAttemptAt: expect.any(String) },
  ]);

  receiver.answer = answerWith(200);
  const tested = await mutate(
    'sendTestWebhook',
    { webhookEndpointId: endpoint.id },
    `... on WebhookDelivery { id eventType }`,
  );
  expect(tested).toMatchObject({ eventType: 'webhook_endpoint.tested' });
  await api.drain();
  const [newest] = await log(endpoint.id);
  expect(newest).toMatchObject({ id: tested.id, status: 'DELIVERED' });

  const rotated = await mutate(
    'rotateWebhookSecret',
    { webhookEndpointId: endpoint.id },
    withSecret,
  );
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.endpoint.previousSecretUntil).toEqual(expect.any(String));

  expect(
    await mutate(
      'updateWebhookEndpoint',
      { webhookEndpointId: endpoint.id, enabled: false, eventTypes: [] },
      `... on WebhookEndpoint { isEnabled disabledReason eventTypes url }`,
    ),
  ).toMatchObject({
    isEnabled: false,
    disabledReason: 'BY_HAND',
    eventTypes: [],
    url: endpoint.url,
  });
  expect(await mutate('sendTestWebhook', { webhookEndpointId: endpoint.id })).toMatchObject({
    __typename: 'ConflictError',
    code: 'WEBHOOK_ENDPOINT_DISABLED',
  });

  expect(
    await mutate(
      'deleteWebhookEndpoint',
      { webhookEndpointId: endpoint.id },
      `... on Deleted { id }`,
    ),
  ).toMatchObject({ id: endpoint.id });
  const gone = await staff.data(
    `query ($endpoint: ID!, $delivery: ID!) {
       endpoint: node(id: $endpoint) { id } delivery: node(id: $delivery) { id }
       webhookEndpoints(first: 1) { totalCount } }`,
    { endpoint: endpoint.id, delivery: delivery!.id },
  );
  expect(gone).toEqual({ endpoint: null, delivery: null, webhookEndpoints: { totalCount: 0 } });
});

describe('what is refused', () => {
  it.each([
    [{ url: 'nowhere' }, 'url', 'URL_INVALID'],
    [{ url: 'http://192.168.1.1/' }, 'url', 'URL_NOT_PUBLIC'],
    [{ eventTypes: ['nothing.happened'] }, 'eventTypes', 'EVENT_TYPE_UNKNOWN'],
    [{ description: 'x'.repeat(201) }, 'description', 'DESCRIPTION_TOO_LONG'],
  ])('%j', async (input, field, reason) => {
    expect(await create(input)).toMatchObject({ code: 'INVALID_INPUT', field, reason });
  });

  it('whoever may not, by name of what is missing', async () => {
    const reader = await api.apiKey(merchant, ['webhooks:read']);
    const { errors } = await reader.request(
      `mutation { createWebhookEndpoint(input: { url: "${receiver.url}" }) { __typename } }`,
    );
    expect(errors[0]!.extensions).toMatchObject({
      code: 'FORBIDDEN',
      permission: 'webhooks:write',
    });
    const analyst = await api.staff(merchant, 'ANALYST');
    expect(await analyst.data(`{ webhookEndpoints(first: 1) { totalCount } }`)).toEqual({
      webhookEndpoints: { totalCount: 0 },
    });
  });
});

it('a key makes one, sees no events without their scope, and pages through', async () => {
  const key = await api.apiKey(merchant, ['webhooks:read', 'webhooks:write']);
  const { endpoint } = await create({}, key);
  for (let count = 0; count < 3; count += 1) await happen();
  await api.sweep();
  const { node } = await key.data(
    `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint {
       deliveries(first: 2) { edges { cursor node { eventType } } pageInfo { hasNextPage } } } } }`,
    { id: endpoint.id },
  );
  expect(node.deliveries).toMatchObject({
    edges: [{ node: { eventType: 'customer.created' } }, {}],
    pageInfo: { hasNextPage: true },
  });
  const after = `first: 5, after: "${node.deliveries.edges[1].cursor}"`;
  expect(await log(endpoint.id, after)).toHaveLength(1);
  const closed = await key.request(
    `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint {
       deliveries(first: 1) { edges { node { payload } } } } } }`,
    { id: endpoint.id },
  );
  expect(closed.errors[0]!.extensions).toMatchObject({ permission: 'events:read' });
  await mutate('deleteWebhookEndpoint', { webhookEndpointId: endpoint.id });
});

it('says what there is to listen to', async () => {
  const { webhookEventTypes } = await staff.data(`{ webhookEventTypes }`);
  expect(webhookEventTypes).toEqual([...publicEventTypes]);
});

it('names an unknown endpoint as not found', async () => {
  const webhookEndpointId = globalId('WebhookEndpoint', '00000000-0000-7000-8000-000000000000');
  expect(await mutate('rotateWebhookSecret', { webhookEndpointId })).toMatchObject({
    code: 'NOT_FOUND',
  });
});
