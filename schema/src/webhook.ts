/** Webhooks: endpoints that are told of events, and what each was told. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import {
  webhookDeliveriesVisibleTo,
  webhookEndpointsVisibleTo,
} from '@4geeks/billing/webhook/access';
import { payloadOf } from '@4geeks/billing/webhook/payload';
import { publicEventTypes } from '@4geeks/billing/webhook/public-events';
import {
  WebhookDeliveryStatus as deliveryStatuses,
  WebhookDisabledReason as disabledReasons,
  WebhookFailure as failures,
} from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { Event, eventAccess } from './event.ts';

export const webhookAccess: AccessRule = { staff: 'webhooks:read', apiKey: 'webhooks:read' };
const access = webhookAccess;

const WebhookDisabledReason = builder.enumType('WebhookDisabledReason', {
  description: 'Why an endpoint is told nothing any more.',
  values: {
    [disabledReasons.BY_HAND]: { description: 'Staff or a key switched it off.' },
    [disabledReasons.FAILING]: { description: 'It gave nothing but failures for five days.' },
    [disabledReasons.GONE]: { description: 'It answered 410 Gone.' },
  } as const,
});

const WebhookDeliveryStatus = builder.enumType('WebhookDeliveryStatus', {
  description: 'What became of a delivery.',
  values: {
    [deliveryStatuses.PENDING]: { description: 'It is to be sent, for the first time or again.' },
    [deliveryStatuses.DELIVERED]: { description: 'The endpoint answered with a 2xx status.' },
    [deliveryStatuses.FAILED]: { description: 'It was given up; it can be sent again.' },
  } as const,
});

const WebhookFailure = builder.enumType('WebhookFailure', {
  description: 'Why an attempt brought no answer.',
  values: {
    [failures.TIMEOUT]: { description: 'No complete answer within 10 seconds.' },
    [failures.ADDRESS_REFUSED]: {
      description: 'The name resolves to an address that is not on the public internet.',
    },
    [failures.NAME_NOT_RESOLVED]: { description: 'The name has no address.' },
    [failures.TLS_FAILED]: { description: 'No secure connection: a certificate, most likely.' },
    [failures.CONNECTION_FAILED]: { description: 'No connection, or one that broke.' },
    [failures.ENDPOINT_DISABLED]: {
      description: 'It was not tried (any more): the endpoint is disabled.',
    },
  } as const,
});

export const WebhookEndpoint = builder.prismaObject('WebhookEndpoint', {
  description: 'An address that is told of what happens at the merchant, by signed requests.',
  access,
});

addNode(WebhookEndpoint, {
  model: 'webhookEndpoint',
  access,
  visibleTo: webhookEndpointsVisibleTo,
});

export const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description: 'One event for one endpoint, and what became of it.',
  access,
});

addNode(WebhookDelivery, {
  model: 'webhookDelivery',
  access,
  visibleTo: webhookDeliveriesVisibleTo,
});

builder.prismaObjectFields(WebhookEndpoint, (t) => ({
  url: t.exposeString('url', { access, description: 'Where requests are posted to.' }),
  description: t.exposeString('description', {
    access,
    description: 'What it is for, in the words of whoever made it.',
  }),
  eventTypes: t.exposeStringList('eventTypes', {
    access,
    description: 'What it listens to. Empty: every type there is, those to come too.',
  }),
  payloadVersion: t.exposeString('payloadVersion', {
    access,
    description: 'The shape of what it is sent, by date. It stays as it was when it was made.',
  }),
  isEnabled: t.boolean({
    access,
    description: 'Whether it is told of what happens.',
    resolve: ({ disabledAt }) => disabledAt === null,
  }),
  disabledAt: t.expose('disabledAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when it is told nothing any more.',
  }),
  disabledReason: t.expose('disabledReason', {
    type: WebhookDisabledReason,
    access,
    nullable: true,
    description: 'Why not. Null while it is enabled.',
  }),
  failingSince: t.expose('failingSince', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when every attempt has failed. Null: the last one did not.',
  }),
  previousSecretUntil: t.expose('previousSecretUntil', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Until when the secret before the last rotation signs too, or did.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
  deliveries: t.relatedConnection('deliveries', {
    cursor: 'id',
    access,
    description: 'What it was sent and is to be sent, the newest events first. Kept for 30 days.',
    args: {
      status: t.arg({ type: WebhookDeliveryStatus, description: 'Only those. Absent: all.' }),
    },
    query: ({ status }) => ({
      where: status ? { status } : {},
      orderBy: [{ sequence: 'desc' as const }],
    }),
  }),
}));

builder.prismaObjectFields(WebhookDelivery, (t) => ({
  status: t.expose('status', {
    type: WebhookDeliveryStatus,
    access,
    description: 'What became of it.',
  }),
  eventType: t.string({
    access,
    description: 'Type of its event: invoice.paid.',
    select: { event: { select: { type: true } } },
    resolve: ({ event }) => event.type,
  }),
  attempts: t.exposeInt('attempts', { access, description: 'How often it was sent.' }),
  responseStatus: t.exposeInt('responseStatus', {
    access,
    nullable: true,
    description: 'HTTP status of the last answer. Null: the last attempt brought none.',
  }),
  responseBody: t.exposeString('responseBody', {
    access,
    nullable: true,
    description: 'Beginning of the last answer: 1,000 characters at most.',
  }),
  failure: t.expose('failure', {
    type: WebhookFailure,
    access,
    nullable: true,
    description: 'Why the last attempt brought no answer.',
  }),
  nextAttemptAt: t.expose('nextAttemptAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it is sent next. Null: no more, unless somebody asks for it.',
  }),
  lastAttemptAt: t.expose('lastAttemptAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was sent last.',
  }),
  deliveredAt: t.expose('deliveredAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When the endpoint took it.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
  payload: t.field({
    type: 'JSONObject',
    access: eventAccess,
    nullable: true,
    description: 'The body of its requests.',
    select: { event: true },
    resolve: ({ event }, _args, { billing }) => ({ ...payloadOf(event, billing.apiId) }),
  }),
  event: t.relation('event', {
    type: Event,
    access: eventAccess,
    nullable: true,
    description: 'What it tells of.',
  }),
  endpoint: t.relation('endpoint', {
    type: WebhookEndpoint,
    access,
    description: 'Who is told.',
  }),
}));

builder.queryFields((t) => ({
  webhookEndpoints: t.prismaConnection({
    type: WebhookEndpoint,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's webhook endpoints, newest first.",
    totalCount: (_root, _args, { billing, viewer }) =>
      billing.database.webhookEndpoint.count({ where: webhookEndpointsVisibleTo(viewer) }),
    resolve: (query, _root, _args, { billing, viewer }) =>
      billing.database.webhookEndpoint.findMany({
        ...query,
        where: webhookEndpointsVisibleTo(viewer),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  }),
  webhookEventTypes: t.stringList({
    nullable: true,
    access,
    description: 'Every event type that an endpoint may listen to.',
    resolve: () => [...publicEventTypes],
  }),
}));
