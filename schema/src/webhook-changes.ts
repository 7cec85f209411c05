/** Making, changing and trying out webhook endpoints. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { deleteWebhookEndpoint } from '@4geeks/billing/webhook/delete-webhook-endpoint';
import { redeliverWebhook } from '@4geeks/billing/webhook/redeliver-webhook';
import { rotateWebhookSecret } from '@4geeks/billing/webhook/rotate-webhook-secret';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { updateWebhookEndpoint } from '@4geeks/billing/webhook/update-webhook-endpoint';
import type { WebhookEndpoint as EndpointRow } from '@4geeks/prisma';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { builder } from './builder.ts';
import { Deleted } from './deleted.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { WebhookDelivery, WebhookEndpoint, webhookAccess } from './webhook.ts';

const mayWrite: AccessRule = { staff: 'webhooks:write', apiKey: 'webhooks:write' };

const WebhookEndpointSecret = builder
  .objectRef<{ endpoint: EndpointRow; secret: string }>('WebhookEndpointSecret')
  .implement({
    description: 'An endpoint and the secret that signs what it is sent. Shown this once.',
    access: 'inherits',
    fields: (t) => ({
      endpoint: t.field({
        type: WebhookEndpoint,
        access: webhookAccess,
        nullable: true,
        description: 'The endpoint.',
        resolve: ({ endpoint }) => endpoint,
      }),
      secret: t.exposeString('secret', {
        description: 'Begins with whsec_, as libraries for Standard Webhooks expect it.',
      }),
    }),
  });

const CreateWebhookEndpointInput = builder.inputType('CreateWebhookEndpointInput', {
  fields: (t) => ({
    url: t.string({
      required: true,
      description: 'Absolute https address on the public internet, without user or fragment.',
    }),
    eventTypes: t.stringList({
      description:
        'What it listens to, of webhookEventTypes. Empty or absent: everything, types to come too.',
    }),
    description: t.string({ description: 'What it is for; at most 200 characters.' }),
  }),
});

const UpdateWebhookEndpointInput = builder.inputType('UpdateWebhookEndpointInput', {
  description: 'What is absent stays as it is.',
  fields: (t) => ({
    webhookEndpointId: t.globalID({ for: WebhookEndpoint, required: true }),
    url: t.string({ description: 'What waits to be sent goes there, too.' }),
    eventTypes: t.stringList({ description: 'In place of the present ones. Empty: everything.' }),
    description: t.string({ description: 'At most 200 characters.' }),
    enabled: t.boolean({
      description:
        'false: it is told nothing, and what waits is given up. true: it is told of what happens from now on.',
    }),
  }),
});

const DeleteWebhookEndpointInput = builder.inputType('DeleteWebhookEndpointInput', {
  fields: (t) => ({ webhookEndpointId: t.globalID({ for: WebhookEndpoint, required: true }) }),
});

const RotateWebhookSecretInput = builder.inputType('RotateWebhookSecretInput', {
  fields: (t) => ({
    webhookEndpointId: t.globalID({ for: WebhookEndpoint, required: true }),
    revokeOld: t.boolean({
      description:
        'true: the old secret ends at once, because it got into the wrong hands. Default: it signs beside the new one for 24 hours.',
    }),
  }),
});

const SendTestWebhookInput = builder.inputType('SendTestWebhookInput', {
  fields: (t) => ({ webhookEndpointId: t.globalID({ for: WebhookEndpoint, required: true }) }),
});

const RedeliverWebhookInput = builder.inputType('RedeliverWebhookInput', {
  fields: (t) => ({ webhookDeliveryId: t.globalID({ for: WebhookDelivery, required: true }) }),
});

builder.mutationFields((t) => ({
  createWebhookEndpoint: t.field({
    type: WebhookEndpointSecret,
    nullable: true,
    access: mayWrite,
    description:
      'Adds an endpoint, which is told of events from now on. Whoever may do this can learn of every event, whatever else they may read.',
    errors: { types: [InvalidInputError, ConflictError] },
    args: { input: t.arg({ type: CreateWebhookEndpointInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      createWebhookEndpoint(billing, viewer, input),
  }),
  updateWebhookEndpoint: t.field({
    type: WebhookEndpoint,
    nullable: true,
    access: mayWrite,
    description: 'Changes an endpoint, or switches it off or on again.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdateWebhookEndpointInput, required: true }) },
    resolve: (_root, { input: { webhookEndpointId, ...input } }, { billing, viewer }) =>
      updateWebhookEndpoint(billing, viewer, {
        ...input,
        webhookEndpointId: webhookEndpointId.id,
      }),
  }),
  deleteWebhookEndpoint: t.field({
    type: Deleted,
    nullable: true,
    access: mayWrite,
    description: 'Removes an endpoint. What waits to be sent is given up.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: DeleteWebhookEndpointInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) => {
      const { id } = input.webhookEndpointId;
      await deleteWebhookEndpoint(billing, viewer, { webhookEndpointId: id });
      return { id: encodeGlobalID('WebhookEndpoint', id) };
    },
  }),
  rotateWebhookSecret: t.field({
    type: WebhookEndpointSecret,
    nullable: true,
    access: mayWrite,
    description:
      'Gives an endpoint a new secret. For 24 hours requests carry a signature by each, so that the receiver may change over at any moment.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: RotateWebhookSecretInput, required: true }) },
    resolve: (_root, { input: { webhookEndpointId, revokeOld } }, { billing, viewer }) =>
      rotateWebhookSecret(billing, viewer, {
        webhookEndpointId: webhookEndpointId.id,
        revokeOld: revokeOld ?? false,
      }),
  }),
  sendTestWebhook: t.field({
    type: WebhookDelivery,
    nullable: true,
    access: mayWrite,
    description:
      'Sends an endpoint an event of type webhook_endpoint.tested, whatever it listens to. Ask its delivery what came of it.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: SendTestWebhookInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      sendTestWebhook(billing, viewer, { webhookEndpointId: input.webhookEndpointId.id }),
  }),
  redeliverWebhook: t.field({
    type: WebhookDelivery,
    nullable: true,
    access: mayWrite,
    description:
      'Sends a delivery again, whatever became of it, under the same webhook-id. Should that fail, it is retried from the beginning of the schedule.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: RedeliverWebhookInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      redeliverWebhook(billing, viewer, { webhookDeliveryId: input.webhookDeliveryId.id }),
  }),
}));
