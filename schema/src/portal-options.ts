/** What a customer can do in the portal right now, and why they miss an option. */
import {
  missingPortalOption,
  portalOptionReasons,
  portalOptions,
  type PortalOption as OptionName,
  type PortalOptionReason as Reason,
} from '@4geeks/billing/portal/portal-options';
import { readPortalOptionFacts } from '@4geeks/billing/portal/read-portal-option-facts';
import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Customer } from './customer.ts';

const optionDescriptions: Record<OptionName, string> = {
  SIGN_IN: 'Come in at all.',
  PAY_INVOICE: 'Pay an open invoice with the default payment method.',
  ADD_PAYMENT_METHOD: 'Add a payment method.',
  REMOVE_PAYMENT_METHOD: 'Remove at least one payment method.',
  VIEW_PAYMENT_HISTORY: 'See paid invoices and payments.',
  DOWNLOAD_INVOICES: 'Download an invoice as PDF.',
  CANCEL_SUBSCRIPTION: 'Cancel a subscription.',
  CHANGE_PLAN: 'Change a plan, in a session that was made for it.',
};

const reasonDescriptions: Record<Reason, string> = {
  PORTAL_DISABLED: 'The portal is switched off.',
  PERMISSION_OFF: 'The merchant does not let its customers do it.',
  NO_OPEN_INVOICE: 'Nothing is to be paid.',
  ALREADY_COLLECTING: 'A payment of every open invoice is in flight.',
  NO_PAYMENT_METHOD: 'There is no payment method.',
  LAST_PAYMENT_METHOD: 'The last one stays while a subscription runs or an invoice is open.',
  PAYMENT_METHOD_IN_USE: 'A payment is in progress with each one that could go.',
  NO_INVOICE: 'No invoice has been issued.',
  NO_SUBSCRIPTION: 'No subscription is alive.',
  ALREADY_CANCELING: 'Every subscription is being canceled already.',
  NO_PLAN_OFFER: 'No session that is signed in has plans on offer.',
  PLAN_OFFER_CLOSED:
    'As the subscription stands, or as nothing on offer is sold any more, none can be chosen.',
};

function described<Name extends string>(names: readonly Name[], texts: Record<Name, string>) {
  return Object.fromEntries(names.map((name) => [name, { description: texts[name] }])) as Record<
    Name,
    { description: string }
  >;
}

const PortalOptionName = builder.enumType('PortalOptionName', {
  description: 'What the portal offers customers.',
  values: described(portalOptions, optionDescriptions),
});

const PortalOptionReason = builder.enumType('PortalOptionReason', {
  description: 'Why a customer misses an option. More may be added.',
  values: described(portalOptionReasons, reasonDescriptions),
});

const PortalOption = builder
  .objectRef<{ name: OptionName; reason: Reason | null }>('PortalOption')
  .implement({
    description: 'Something the portal offers, and whether this customer has it right now.',
    access: 'inherits',
    fields: (t) => ({
      name: t.expose('name', { type: PortalOptionName, description: 'What it is.' }),
      available: t.boolean({
        description: 'Whether the customer has it.',
        resolve: ({ reason }) => reason === null,
      }),
      reason: t.expose('reason', {
        type: PortalOptionReason,
        nullable: true,
        description: 'Why not; of several reasons the first. Null when available.',
      }),
    }),
  });

/** One statement for all customers of an answer. */
const optionFacts = createContextCache(
  ({ billing, viewer }: Context) =>
    new DataLoader((customerIds: readonly string[]) =>
      readPortalOptionFacts(billing, customerIds, viewer),
    ),
);

builder.prismaObjectFields(Customer, (t) => ({
  portalOptions: t.field({
    type: [PortalOption],
    nullable: true,
    access: { staff: 'portal:read', apiKey: 'portal:read', portal: true },
    description:
      'What the customer can do in the portal right now, and why they miss what they cannot.',
    resolve: async ({ id }, _args, context) => {
      const facts = await optionFacts(context).load(id);
      if (!facts) return null;
      return portalOptions.map((name) => ({ name, reason: missingPortalOption(name, facts) }));
    },
  }),
}));
