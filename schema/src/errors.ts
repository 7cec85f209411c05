/** Broken rules as members of mutation results. */
import {
  type BillingError,
  ConflictError,
  InvalidInputError,
  NotFoundError,
  RateLimitedError,
} from '@4geeks/billing/errors';
import { declineReason } from '@4geeks/billing/notification/decline-reasons';
import { PaymentMethodDeclinedError } from '@4geeks/billing/payment-method/errors';
import { SignInLinkError } from '@4geeks/billing/portal/errors';
import { StaffInvitationError } from '@4geeks/billing/staff-invitation/errors';
import { builder } from './builder.ts';

const ErrorInterface = builder.interfaceRef<BillingError>('Error').implement({
  description:
    'A rule that was broken. `code` is stable, for programs; `message` is English, for developers. People read a sentence of their own language for the code.',
  access: 'inherits',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable name of the rule: never renamed.' }),
    message: t.exposeString('message', { description: 'What happened, in English.' }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'It does not exist, or is not yours to see: the answer is the same.',
  access: 'inherits',
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The current state does not allow the change; `code` says which rule.',
  access: 'inherits',
  interfaces: [ErrorInterface],
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'A value breaks a rule; nothing was changed.',
  access: 'inherits',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.string({
      description: 'Which input.',
      resolve: ({ facts }) => String(facts.field),
    }),
    reason: t.string({
      description: 'Stable name of the rule broken.',
      resolve: ({ facts }) => String(facts.reason),
    }),
  }),
});

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Too many tries.',
  access: 'inherits',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.int({
      description: 'When to come back, from now.',
      resolve: ({ facts }) => Number(facts.retryAfterSeconds),
    }),
  }),
});

builder.objectType(PaymentMethodDeclinedError, {
  name: 'PaymentMethodDeclinedError',
  description: 'The bank or network refused the payment method itself; it was not added.',
  access: 'inherits',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    declineCode: t.string({
      description: 'Stable code of the network.',
      resolve: ({ facts }) => String(facts.declineCode),
    }),
    reason: t.string({
      description: 'Plain words, in the language of the viewer.',
      resolve: ({ facts }, _args, { locale }) => declineReason(String(facts.declineCode), locale),
    }),
  }),
});

builder.objectType(SignInLinkError, {
  name: 'SignInLinkError',
  description:
    'The link or code does not sign in: SIGN_IN_LINK_EXPIRED, SIGN_IN_LINK_USED or SIGN_IN_LINK_INVALID.',
  access: 'inherits',
  interfaces: [ErrorInterface],
});

builder.objectType(StaffInvitationError, {
  name: 'StaffInvitationError',
  description:
    'The link lets nobody join: STAFF_INVITATION_EXPIRED, STAFF_INVITATION_USED, STAFF_INVITATION_REVOKED or STAFF_INVITATION_INVALID.',
  access: 'inherits',
  interfaces: [ErrorInterface],
});

export {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  PaymentMethodDeclinedError,
  RateLimitedError,
  SignInLinkError,
  StaffInvitationError,
};
