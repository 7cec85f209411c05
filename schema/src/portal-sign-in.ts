/** Signing in to a portal: a link by mail, and a confirmation that opening the link is not. */
import { everyone } from './access/access-plugin.ts';
import { confirmSignIn, type ConfirmedSignIn } from '@4geeks/billing/portal/confirm-sign-in';
import { endPortalSession } from '@4geeks/billing/portal/end-portal-session';
import { requestSignInLink } from '@4geeks/billing/portal/request-sign-in-link';
import { resolvePortalSession } from '@4geeks/billing/portal/resolve-portal-session';
import { anonymous } from '@4geeks/billing/access/viewer';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { RequestCache } from '@pothos/plugin-scope-auth';
import { z } from 'zod';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Customer, customerAccess } from './customer.ts';
import { InvalidInputError, NotFoundError, RateLimitedError, SignInLinkError } from './errors.ts';
import { Locale } from './money.ts';

const SignInLinkRequested = builder
  .objectRef<{ expiresInMinutes: number }>('SignInLinkRequested')
  .implement({
    description: 'A mail is on its way if the address is known. Same for every address.',
    access: 'inherits',
    fields: (t) => ({
      expiresInMinutes: t.exposeInt('expiresInMinutes', {
        description: 'How long link and code work.',
      }),
    }),
  });

const CustomerChoice = builder
  .objectRef<{ customerId: string; name: string }>('CustomerChoice')
  .implement({
    description: 'One of several customers with the same address.',
    access: 'inherits',
    fields: (t) => ({
      customerId: t.id({
        description: 'Give it to confirmSignIn.',
        resolve: ({ customerId }) => encodeGlobalID('Customer', customerId),
      }),
      name: t.exposeString('name', { description: 'Their name.' }),
    }),
  });

type Chosen = Extract<ConfirmedSignIn, { status: 'choose_customer' }>;
type Confirmed = Extract<ConfirmedSignIn, { status: 'signed_in' }>;

const ChooseCustomer = builder.objectRef<Chosen>('ChooseCustomer').implement({
  description: 'Several customers share the address: confirm again with one of these.',
  access: 'inherits',
  fields: (t) => ({
    choices: t.expose('choices', { type: [CustomerChoice], description: 'Oldest first.' }),
  }),
});

const SignedIn = builder.objectRef<Confirmed>('SignedIn').implement({
  description: 'Signed in: the answer carries the session cookie.',
  access: 'inherits',
  fields: (t) => ({
    customer: t.prismaField({
      type: Customer,
      access: customerAccess,
      nullable: true,
      description: 'Who is signed in now.',
      resolve: (query, { customerId }, _args, { billing }) =>
        billing.database.customer.findUniqueOrThrow({ ...query, where: { id: customerId } }),
    }),
    returnPath: t.string({
      description: "Where to continue, relative to the portal's root. Empty: at its root.",
      resolve: ({ returnPath, subscriptionId }) =>
        subscriptionId
          ? `${returnPath}?cancel=${encodeURIComponent(encodeGlobalID('Subscription', subscriptionId))}`
          : returnPath,
    }),
  }),
});

const SignedOut = builder.objectRef<{ portalSlug: string }>('SignedOut').implement({
  description: 'The portal session has ended.',
  access: 'inherits',
  fields: (t) => ({
    portalSlug: t.exposeString('portalSlug', { description: 'Which portal was left.' }),
  }),
});

const RequestSignInLinkInput = builder.inputType('RequestSignInLinkInput', {
  fields: (t) => ({
    portalSlug: t.string({
      required: true,
      description: 'Which portal: what stands in its address.',
    }),
    email: t.string({
      required: true,
      description: 'Exactly the address on file.',
      validate: z.string().max(320),
    }),
    returnPath: t.string({
      description: 'Portal path to continue at, for example payment-methods/new.',
    }),
    locale: t.field({ type: Locale, description: 'Language of the page asking.' }),
  }),
});

const ConfirmSignInInput = builder.inputType('ConfirmSignInInput', {
  fields: (t) => ({
    portalSlug: t.string({
      required: true,
      description: 'Which portal: what stands in its address.',
    }),
    token: t.string({
      description:
        'Either the token of the link, mailed or made by createPortalSession; or email and the 6-digit code.',
      validate: z.string().max(200),
    }),
    email: t.string({
      validate: z.string().max(320),
      description: 'With a code: the address it was sent to.',
    }),
    code: t.string({
      validate: z.string().max(20),
      description: 'With an address: the 6 digits from the mail.',
    }),
    customerId: t.globalID({ for: Customer, description: 'Only after ChooseCustomer.' }),
  }),
});

builder.mutationFields((t) => ({
  requestSignInLink: t.field({
    type: SignInLinkRequested,
    nullable: true,
    access: everyone,
    description: 'Mails a sign-in link and code, if the address belongs to a customer.',
    errors: { types: [InvalidInputError, RateLimitedError, NotFoundError] },
    args: { input: t.arg({ type: RequestSignInLinkInput, required: true }) },
    resolve: async (_root, { input }, { billing, limitRate }) => {
      await limitRate('request-sign-in-link');
      return requestSignInLink(billing, input);
    },
  }),
  confirmSignIn: t.errorUnionField({
    types: [SignedIn, ChooseCustomer, SignInLinkError, RateLimitedError, InvalidInputError],
    union: {
      description: 'Signed in, a choice to make, or why not.',
      resolveType: (confirmed) =>
        (confirmed as ConfirmedSignIn).status === 'signed_in' ? SignedIn : ChooseCustomer,
    },
    nullable: true,
    access: everyone,
    description: 'Signs in, once per link. Opening the link only shows the page that calls this.',
    args: { input: t.arg({ type: ConfirmSignInInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      await context.limitRate('confirm-sign-in');
      const confirmed = await confirmSignIn(context.billing, {
        ...input,
        customerId: input.customerId?.id,
      });
      if (confirmed.status === 'signed_in') await signIn(context, input.portalSlug, confirmed);
      return confirmed;
    },
  }),
  signOutOfPortal: t.field({
    type: SignedOut,
    nullable: true,
    access: everyone,
    description: 'Ends the portal session of this browser. Null when there is none.',
    resolve: async (_root, _args, context) => {
      if (!context.portalSession) return null;
      const { portalSlug, sessionToken } = context.portalSession;
      await endPortalSession(context.billing, { sessionToken });
      context.clearPortalSession(portalSlug);
      context.viewer = anonymous;
      RequestCache.clearForContext(context);
      return { portalSlug };
    },
  }),
}));

/** The rest of this request is the customer's. */
async function signIn(
  context: Context,
  portalSlug: string,
  { sessionToken, expiresAt }: Confirmed,
): Promise<void> {
  context.setPortalSession({ portalSlug, sessionToken, expiresAt });
  const viewer = await resolvePortalSession(context.billing, { portalSlug, sessionToken });
  context.viewer = viewer ?? anonymous;
  RequestCache.clearForContext(context);
}
