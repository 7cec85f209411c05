/** Dunning policies: how a merchant retries what failed, and what it would come to. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import {
  currentDunningPolicy,
  updateDunningPolicy,
  type DunningPolicyChange,
} from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { nextRetryAt, isInGrace } from '@4geeks/billing/invoice/dunning-end';
import type { SimulatedEnd } from '@4geeks/billing/invoice/simulate-dunning';
import {
  simulateInvoiceDunning,
  type InvoiceDunningSimulation,
} from '@4geeks/billing/invoice/simulate-invoice-dunning';
import { type DunningFinalAction as finalActions, type DunningPolicy as Row } from '@4geeks/prisma';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { InvalidInputError } from './errors.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { Merchant, merchantAccess } from './merchant.ts';

/** Versions of the history that are shown; each was written by a person. */
const mostVersions = 100;

const DunningFinalAction = builder.enumType('DunningFinalAction', {
  description: 'What happens to the subscription when the schedule and its grace are over.',
  values: described<finalActions>({
    CANCEL_SUBSCRIPTION: 'It ends for good.',
    MARK_UNPAID: 'It is not billed any more, until what is open is paid.',
    LEAVE_PAST_DUE: 'It goes on being billed.',
  }),
});

const DunningPolicy = builder.objectRef<Row>('DunningPolicy').implement({
  description:
    'One version of how a merchant retries failed invoices. An invoice follows the version it first failed under.',
  access: 'inherits',
  fields: (t) => ({
    version: t.exposeInt('version', { description: '1, 2, 3 ... The highest is in force.' }),
    retryDays: t.exposeIntList('retryDays', {
      description: 'Days after the failure before, one entry a retry: [3, 5, 7].',
    }),
    hardDeclineCodes: t.exposeStringList('hardDeclineCodes', {
      description: 'Declines that are not retried until the payment method changes.',
    }),
    finalAction: t.expose('finalAction', {
      type: DunningFinalAction,
      description: 'What happens when all retries have failed.',
    }),
    graceDays: t.exposeInt('graceDays', {
      description: 'Days between the last retry and the final action.',
    }),
    useBackupMethod: t.exposeBoolean('useBackupMethod', {
      description: "Whether the customer's backup method is tried when the default declines.",
    }),
    attemptCap: t.exposeInt('attemptCap', {
      description: 'Most attempts on one invoice within 30 days; retries beyond are put off.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'Since when invoices that fail follow it.',
    }),
  }),
});

builder.prismaObjectFields(Merchant, (t) => ({
  dunningPolicy: t.field({
    type: DunningPolicy,
    access: merchantAccess,
    nullable: true,
    description: 'How invoices that fail from now on are retried.',
    resolve: ({ id }, _args, { billing }) => currentDunningPolicy(billing.database, id),
  }),
  dunningPolicies: t.field({
    type: [DunningPolicy],
    access: merchantAccess,
    nullable: true,
    description: `Every version of it, newest first, at most ${mostVersions}.`,
    resolve: ({ id: merchantId }, _args, { billing }) =>
      billing.database.dunningPolicy.findMany({
        where: { merchantId },
        orderBy: { version: 'desc' },
        take: mostVersions,
      }),
  }),
}));

builder.prismaObjectFields(Invoice, (t) => ({
  nextAttemptAt: t.field({
    type: 'DateTime',
    access: invoiceAccess,
    nullable: true,
    description: 'The next scheduled retry. Null when none is planned.',
    select: { nextAttemptAt: true, dunningCase: { select: { lostAt: true } } },
    resolve: ({ dunningCase, ...invoice }) => nextRetryAt(invoice, dunningCase),
  }),
  dunningEndsAt: t.field({
    type: 'DateTime',
    access: { staff: 'invoices:read', apiKey: 'invoices:read' },
    nullable: true,
    description:
      "All retries have failed: when the policy's final action is taken. Null when none is ahead.",
    select: { nextAttemptAt: true, dunningCase: { select: { lostAt: true } } },
    resolve: ({ dunningCase, ...invoice }) =>
      isInGrace(invoice, dunningCase) ? invoice.nextAttemptAt : null,
  }),
}));

function policyInputFields(t: Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]) {
  return {
    retryDays: t.intList({
      description: '0 to 8 retries, each 1 to 30 days after the failure before.',
    }),
    hardDeclineCodes: t.stringList({ description: 'Declines that are not retried: lost_card.' }),
    finalAction: t.field({
      type: DunningFinalAction,
      description: 'What happens when all retries have failed.',
    }),
    graceDays: t.int({ description: '0 to 90 days from the last retry to the final action.' }),
    useBackupMethod: t.boolean({ description: 'Try the backup method when the default declines.' }),
    attemptCap: t.int({ description: '1 to 100 attempts on one invoice within 30 days.' }),
  };
}

const UpdateDunningPolicyInput = builder.inputType('UpdateDunningPolicyInput', {
  description: 'What is left out stays as it is.',
  fields: policyInputFields,
});

const DunningPolicyInput = builder.inputType('DunningPolicyInput', {
  description: "Changes of a policy to try out. What is left out is as in the policy's place.",
  fields: policyInputFields,
});

const mayWrite: AccessRule = { staff: 'merchant:write', apiKey: 'merchant:write' };

builder.mutationFields((t) => ({
  updateDunningPolicy: t.field({
    type: DunningPolicy,
    nullable: true,
    access: mayWrite,
    description:
      'Writes a new version of the policy. Invoices that have failed before keep theirs; a change that changes nothing makes no version.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: UpdateDunningPolicyInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updateDunningPolicy(billing, viewer, input satisfies DunningPolicyChange),
  }),
}));

const ends = {
  CANCEL_SUBSCRIPTION: { description: 'The subscription is cancelled.' },
  MARK_UNPAID: { description: 'The subscription is marked unpaid, and bills no more.' },
  LEAVE_PAST_DUE: { description: 'Retries stop; everything stays past due.' },
  WAIT_FOR_METHOD: { description: 'No retry helps until the payment method changes.' },
  NOTHING: {
    description: 'Nothing is planned: settled, in flight, being cancelled, or given up.',
  },
} satisfies Record<SimulatedEnd | 'NOTHING', object>;

const DunningEnd = builder.enumType('DunningEnd', {
  description: 'How retrying ends if every attempt is declined.',
  values: ends,
});

const DunningSimulation = builder
  .objectRef<InvoiceDunningSimulation>('DunningSimulation')
  .implement({
    description: 'When an invoice is tried and how that ends, if every attempt is declined alike.',
    access: 'inherits',
    fields: (t) => ({
      attemptsAt: t.expose('attemptsAt', {
        type: ['DateTime'],
        description:
          'Every attempt from now on, in order; the first one of an invoice included. The backup method is not listed.',
      }),
      end: t.expose('end', { type: DunningEnd, description: 'How it ends.' }),
      endsAt: t.expose('endsAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When. Null while it waits for another payment method, or for nothing.',
      }),
    }),
  });

builder.queryFields((t) => ({
  dunningSimulation: t.field({
    type: DunningSimulation,
    nullable: true,
    access: merchantAccess,
    description:
      'What would become of an invoice, without touching anything. Needs invoices:read too where an invoice is named.',
    args: {
      invoiceId: t.arg.globalID({
        for: Invoice,
        description:
          'An invoice as it stands. Without one: an invoice whose first attempt fails now.',
      }),
      policy: t.arg({
        type: DunningPolicyInput,
        description: "Changes to try out of the invoice's own policy, or of the one in force.",
      }),
      declineCode: t.arg.string({
        description: 'The answer to every attempt. Default insufficient_funds.',
      }),
    },
    resolve: (_root, { invoiceId, policy, declineCode }, { billing, viewer }) =>
      simulateInvoiceDunning(billing, viewer, {
        invoiceId: invoiceId?.id,
        policy,
        declineCode,
      }),
  }),
}));
