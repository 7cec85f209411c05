/** Portal sessions by API: a merchant's own pages send a customer to the portal, signed in. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { createPortalSession } from '@4geeks/billing/portal/create-portal-session';
import { updatePortalReturnUrls } from '@4geeks/billing/portal/update-portal-return-urls';
import { PortalFlow as flows } from '@4geeks/prisma';
import { z } from 'zod';
import { builder } from './builder.ts';
import { Customer } from './customer.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Locale } from './money.ts';
import { PortalSettings, portalSettingsAccess } from './portal.ts';
import { Price } from './product.ts';
import { Subscription } from './subscription.ts';

const mayCreate: AccessRule = { staff: 'portal-sessions:write', apiKey: 'portal-sessions:write' };

const PortalFlow = builder.enumType('PortalFlow', {
  description: 'What a customer is sent to the portal for: the page they land on.',
  values: {
    [flows.UPDATE_PAYMENT_METHOD]: {
      description: 'To enter a payment method. Needs the permission UPDATE_PAYMENT_METHODS.',
    },
    [flows.CANCEL_SUBSCRIPTION]: {
      description: 'To cancel one subscription. Needs the permission CANCEL_SUBSCRIPTION.',
    },
    [flows.CHANGE_PLAN]: {
      description:
        'To change the plan of one subscription, to one of the prices that the session has on offer. Needs no permission.',
    },
  },
});

const CreatedPortalSession = builder
  .objectRef<{ url: string; expiresAt: Date }>('CreatedPortalSession')
  .implement({
    description: 'A way into the portal for one customer.',
    access: 'inherits',
    fields: (t) => ({
      url: t.expose('url', {
        type: 'URL',
        description:
          'Where to send the customer now. It signs in whoever opens it, once: redirect to it, and neither mail nor keep it.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'Until when it has to be opened: some minutes.',
      }),
    }),
  });

builder.prismaObjectFields(PortalSettings, (t) => ({
  returnUrls: t.exposeStringList('returnUrls', {
    access: portalSettingsAccess,
    description: 'Where portal sessions made through the API may lead back to.',
  }),
}));

const CreatePortalSessionInput = builder.inputType('CreatePortalSessionInput', {
  fields: (t) => ({
    customerId: t.globalID({ for: Customer, required: true }),
    flow: t.field({ type: PortalFlow, description: "Absent: the portal's first page." }),
    subscriptionId: t.globalID({
      for: Subscription,
      description: 'Of CANCEL_SUBSCRIPTION and CHANGE_PLAN, and only of these.',
    }),
    offeredPriceIds: t.globalIDList({
      for: Price,
      description:
        'Of CHANGE_PLAN, and only of that: what the customer may change to, 1 to 10, as shown. Recurring prices that are sold, in the currency of the subscription and of any interval; its present one may be among them.',
      validate: z.array(z.any()).max(50),
    }),
    returnUrl: t.string({
      description:
        'Where the portal offers to go back to. It must be on the list of updatePortalReturnUrls. Absent: no way back.',
    }),
    locale: t.field({ type: Locale, description: "Of the pages. Absent: the customer's." }),
  }),
});

const UpdatePortalReturnUrlsInput = builder.inputType('UpdatePortalReturnUrlsInput', {
  fields: (t) => ({
    returnUrls: t.stringList({
      required: true,
      description:
        'All that may be returned to from now on, at most 20: https origins, which allow everything on them, or URLs, which allow what is below their path. A sandbox merchant may also list http on localhost.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createPortalSession: t.field({
    type: CreatedPortalSession,
    nullable: true,
    access: mayCreate,
    description:
      'Makes a link that signs one customer in to the portal, once and within minutes, for pages that know who they are.',
    errors: { types: [NotFoundError, InvalidInputError, ConflictError] },
    args: { input: t.arg({ type: CreatePortalSessionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      createPortalSession(billing, viewer, {
        ...input,
        customerId: input.customerId.id,
        subscriptionId: input.subscriptionId?.id ?? null,
        offeredPriceIds: input.offeredPriceIds?.map(({ id }) => id) ?? null,
      }),
  }),
  updatePortalReturnUrls: t.field({
    type: PortalSettings,
    nullable: true,
    access: { staff: 'portal:write', apiKey: 'portal:write' },
    description: 'Sets where portal sessions made through the API may lead back to.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: UpdatePortalReturnUrlsInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updatePortalReturnUrls(billing, viewer, input),
  }),
}));
