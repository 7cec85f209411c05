/** Payment methods: what the gateway keeps for us, and never a card number. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { paymentMethodsVisibleTo } from '@4geeks/billing/payment-method/access';
import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { clearBackupPaymentMethod } from '@4geeks/billing/payment-method/clear-backup-payment-method';
import { createPaymentMethodSetup } from '@4geeks/billing/payment-method/create-payment-method-setup';
import { expiresSoon, isExpired } from '@4geeks/billing/payment-method/expiry';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import { type PaymentMethodType as paymentMethodTypes } from '@4geeks/prisma';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { Customer } from './customer.ts';
import {
  ConflictError,
  NotFoundError,
  PaymentMethodDeclinedError,
  RateLimitedError,
} from './errors.ts';

export const paymentMethodAccess: AccessRule = {
  staff: 'payment-methods:read',
  apiKey: 'payment-methods:read',
  portal: true,
};

export const PaymentMethodType = builder.enumType('PaymentMethodType', {
  description: 'How money is moved.',
  values: described<paymentMethodTypes>({
    CARD: 'A credit or debit card; the answer comes at once.',
    SEPA_DEBIT:
      'A bank account in the SEPA area, by IBAN and mandate. Settles in days; euros only.',
    US_BANK_ACCOUNT:
      'A bank account in the United States, by ACH debit. Settles in days; US dollars only.',
  }),
});

export const PaymentMethod = builder.prismaObject('PaymentMethod', {
  select: { id: true },
  description: 'A card or account that invoices can be charged to.',
  access: paymentMethodAccess,
});

addNode(PaymentMethod, {
  model: 'paymentMethod',
  access: paymentMethodAccess,
  visibleTo: paymentMethodsVisibleTo,
});

/** When it expires, and by which clock. */
const expirySelection = {
  expiresAt: true,
  merchant: { select: { testClockNow: true } },
} as const;

builder.prismaObjectFields(PaymentMethod, (t) => ({
  type: t.expose('type', {
    type: PaymentMethodType,
    access: paymentMethodAccess,
    description: 'Card or bank account.',
  }),
  brand: t.exposeString('brand', {
    access: paymentMethodAccess,
    description: 'Lower case: visa, mastercard, amex; of accounts sepa_debit or us_bank_account.',
  }),
  last4: t.exposeString('last4', {
    access: paymentMethodAccess,
    description: 'The last four digits: all that is ever shown of the number.',
  }),
  expMonth: t.exposeInt('expMonth', {
    access: paymentMethodAccess,
    nullable: true,
    description: '1 to 12. Null for what does not expire.',
  }),
  expYear: t.exposeInt('expYear', {
    access: paymentMethodAccess,
    nullable: true,
    description: 'Four digits. Null for what does not expire.',
  }),
  expiresAt: t.expose('expiresAt', {
    type: 'DateTime',
    access: paymentMethodAccess,
    nullable: true,
    description:
      'First instant after the month on the card, in UTC: from then on it is declined. Null for what does not expire.',
  }),
  isExpired: t.boolean({
    access: paymentMethodAccess,
    description: 'Whether the month on the card is over.',
    select: expirySelection,
    resolve: ({ merchant, ...method }, _args, { billing }) =>
      isExpired(method, merchant.testClockNow ?? billing.clock.now()),
  }),
  expiresSoon: t.boolean({
    access: paymentMethodAccess,
    description: 'Whether it expires within 20 days. No longer true once it has.',
    select: expirySelection,
    resolve: ({ merchant, ...method }, _args, { billing }) =>
      expiresSoon(method, merchant.testClockNow ?? billing.clock.now()),
  }),
  bankName: t.exposeString('bankName', {
    access: paymentMethodAccess,
    nullable: true,
    description: 'Where the account is held. Null for cards.',
  }),
  country: t.exposeString('country', {
    access: paymentMethodAccess,
    nullable: true,
    description: 'Country of the account, ISO 3166-1 alpha-2. Null for cards.',
  }),
  mandateReference: t.exposeString('mandateReference', {
    access: paymentMethodAccess,
    nullable: true,
    description:
      'Names the permission to debit the account; bank statements show it. Null for cards.',
  }),
  isDefault: t.exposeBoolean('isDefault', {
    access: paymentMethodAccess,
    description: 'Whether invoices are charged to it.',
  }),
  isBackup: t.exposeBoolean('isBackup', {
    access: paymentMethodAccess,
    description: 'Whether it is tried when the default declines, where the merchant allows that.',
  }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access: paymentMethodAccess,
    description: 'When it was added.',
  }),
}));

const mayUpdate: AccessRule = { portal: 'UPDATE_PAYMENT_METHODS' };

const PaymentMethodSetup = builder
  .objectRef<{ clientSecret: string; tokenEndpoint: string }>('PaymentMethodSetup')
  .implement({
    description:
      'Permission to hand one card or bank account to the gateway. The number goes there and nowhere else.',
    access: 'inherits',
    fields: (t) => ({
      clientSecret: t.exposeString('clientSecret', {
        description: 'Names this setup; use it once.',
      }),
      tokenEndpoint: t.exposeString('tokenEndpoint', {
        description:
          'POST JSON here. A card: {clientSecret, number, expMonth, expYear, cvc}. A SEPA account: {clientSecret, type: "sepa_debit", holderName, iban, mandateAccepted: true}. A US account: {clientSecret, type: "us_bank_account", holderName, routingNumber, accountNumber, accountType: "checking" or "savings", mandateAccepted: true}. Answers {setupToken} or {error: {field, code, message}}.',
      }),
    }),
  });

const AddPaymentMethodInput = builder.inputType('AddPaymentMethodInput', {
  fields: (t) => ({
    setupToken: t.string({
      required: true,
      description: "From the gateway's token endpoint; never a card number.",
      validate: z.string().min(1).max(300),
    }),
    makeDefault: t.boolean({ description: 'Charge invoices to it from now on. Default true.' }),
  }),
});

const SetDefaultPaymentMethodInput = builder.inputType('SetDefaultPaymentMethodInput', {
  fields: (t) => ({
    paymentMethodId: t.globalID({ for: PaymentMethod, required: true }),
  }),
});

const SetBackupPaymentMethodInput = builder.inputType('SetBackupPaymentMethodInput', {
  fields: (t) => ({
    paymentMethodId: t.globalID({ for: PaymentMethod, required: true }),
  }),
});

const RemovePaymentMethodInput = builder.inputType('RemovePaymentMethodInput', {
  fields: (t) => ({
    paymentMethodId: t.globalID({ for: PaymentMethod, required: true }),
  }),
});

builder.mutationFields((t) => ({
  createPaymentMethodSetup: t.field({
    type: PaymentMethodSetup,
    nullable: true,
    access: mayUpdate,
    description: 'Begins adding a payment method.',
    resolve: (_root, _args, { billing, viewer }) => createPaymentMethodSetup(billing, viewer),
  }),
  addPaymentMethod: t.field({
    type: PaymentMethod,
    nullable: true,
    access: mayUpdate,
    description:
      'Adds what the gateway took in. As the new default it is charged for everything past due at once, in the background.',
    errors: { types: [PaymentMethodDeclinedError, ConflictError, RateLimitedError] },
    args: { input: t.arg({ type: AddPaymentMethodInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer, limitRate }) => {
      await limitRate('add-payment-method');
      return addPaymentMethod(billing, viewer, {
        setupToken: input.setupToken,
        makeDefault: input.makeDefault ?? undefined,
      });
    },
  }),
  setDefaultPaymentMethod: t.field({
    type: PaymentMethod,
    nullable: true,
    access: mayUpdate,
    description:
      'Charges invoices to this one from now on, and every open past-due invoice at once, in the background.',
    errors: { types: [NotFoundError, RateLimitedError] },
    args: { input: t.arg({ type: SetDefaultPaymentMethodInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer, limitRate }) => {
      await limitRate('charge-again');
      return setDefaultPaymentMethod(billing, viewer, {
        paymentMethodId: input.paymentMethodId.id,
      });
    },
  }),
  setBackupPaymentMethod: t.field({
    type: PaymentMethod,
    nullable: true,
    access: mayUpdate,
    description:
      'Chooses what is tried when the default declines, where the merchant allows that. Nothing is charged now.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: SetBackupPaymentMethodInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      setBackupPaymentMethod(billing, viewer, { paymentMethodId: input.paymentMethodId.id }),
  }),
  clearBackupPaymentMethod: t.field({
    type: Customer,
    nullable: true,
    access: mayUpdate,
    description: 'Has no backup from now on. The payment method itself stays.',
    resolve: (_root, _args, { billing, viewer }) => clearBackupPaymentMethod(billing, viewer),
  }),
  removePaymentMethod: t.field({
    type: Customer,
    nullable: true,
    access: { ...mayUpdate, staff: 'payment-methods:write', apiKey: 'payment-methods:write' },
    description:
      'Removes one. The last cannot be removed while a subscription has not ended or an invoice is open.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: RemovePaymentMethodInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      removePaymentMethod(billing, viewer, { paymentMethodId: input.paymentMethodId.id }),
  }),
}));
