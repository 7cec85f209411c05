/** Merchants: the tenants, and the figures of their console's first page. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { amountDue, amountDueColumns } from '@4geeks/billing/invoice/amount-due';
import { defaultSpanDays, recoverySpan } from '@4geeks/billing/invoice/read-recovery-figures';
import { recoveryTotals } from '@4geeks/billing/invoice/recovery-figures';
import { billingTime } from '@4geeks/billing/test-clock/billing-time';
import { type MerchantMode as modes } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import type { Context } from './context.ts';
import { pastDue } from './customer-standing.ts';
import { Locale, Money, type MoneyShape } from './money.ts';
import { portalSettingsAccess } from './portal.ts';

export const merchantAccess: AccessRule = { staff: 'merchant:read', apiKey: 'merchant:read' };
const access = merchantAccess;

export const MerchantMode = builder.enumType('MerchantMode', {
  description: 'Whether money is real.',
  values: described<modes>({
    LIVE: 'Real money.',
    SANDBOX: 'Test cards, and a clock of its own.',
  }),
});

export const Merchant = builder.prismaObject('Merchant', {
  description: 'A business that bills its customers here.',
  access,
});

addNode(Merchant, {
  model: 'merchant',
  access,
  visibleTo: (viewer) => ({ id: 'merchantId' in viewer ? viewer.merchantId : { in: [] } }),
});

builder.prismaObjectFields(Merchant, (t) => ({
  name: t.exposeString('name', { access, description: 'Its name.' }),
  mode: t.expose('mode', { type: MerchantMode, access, description: 'Whether money is real.' }),
  currency: t.expose('currency', {
    type: 'Currency',
    access,
    description: 'Default currency of new prices.',
  }),
  locale: t.expose('locale', { type: Locale, access, description: 'Its language.' }),
  timeZone: t.exposeString('timeZone', {
    access,
    description: 'IANA zone of billing days and of dates on documents.',
  }),
  supportEmail: t.expose('supportEmail', {
    type: 'EmailAddress',
    access,
    description: 'Where customers turn for help.',
  }),
  portalSettings: t.relation('portalSettings', {
    access: portalSettingsAccess,
    nullable: true,
    description: 'Settings of the Customer Portal.',
  }),
  overview: t.field({
    type: MerchantOverview,
    access: overviewAccess,
    nullable: true,
    description: "Figures of the console's first page.",
    resolve: ({ id }) => ({ merchantId: id }),
  }),
}));

const overviewAccess: AccessRule = { staff: 'payments:read', apiKey: 'payments:read' };
const figuresDays = defaultSpanDays;

const MerchantOverview = builder.objectRef<{ merchantId: string }>('MerchantOverview').implement({
  description: 'How billing goes, as of now.',
  access: 'inherits',
  fields: (t) => ({
    activeSubscriptions: t.int({
      description: 'Subscriptions that have not ended.',
      resolve: ({ merchantId }, _args, { billing }) =>
        billing.database.subscription.count({ where: { merchantId, endedAt: null } }),
    }),
    pastDueCustomers: t.int({
      description: 'Customers with a past-due invoice.',
      resolve: ({ merchantId }, _args, { billing }) =>
        billing.database.customer.count({ where: { merchantId, invoices: { some: pastDue } } }),
    }),
    pastDue: t.field({
      type: [Money],
      description: 'Still due on past-due invoices, one entry a currency.',
      resolve: async ({ merchantId }, _args, { billing }): Promise<MoneyShape[]> => {
        const sums = await billing.database.invoice.groupBy({
          by: ['currency'],
          where: { merchantId, ...pastDue },
          _sum: amountDueColumns,
          orderBy: { currency: 'asc' },
        });
        return sums.map(({ currency, _sum }) => ({
          currency,
          amountMinor: amountDue({
            totalMinor: _sum.totalMinor ?? 0n,
            amountPaidMinor: _sum.amountPaidMinor ?? 0n,
            amountCreditedMinor: _sum.amountCreditedMinor ?? 0n,
            balanceAppliedMinor: _sum.balanceAppliedMinor ?? 0n,
          }),
        }));
      },
    }),
    collected: t.field({
      type: [Money],
      description: `Paid in the last ${figuresDays} days, one entry a currency.`,
      resolve: ({ merchantId }, _args, context) => sumOfPayments(context, merchantId),
    }),
    recovered: t.field({
      type: [Money],
      description: `Of what first failed in the last ${figuresDays} days, what was paid in the end, one entry a currency.`,
      resolve: async ({ merchantId }, _args, { billing }): Promise<MoneyShape[]> => {
        const span = await recoverySpan(billing, { merchantId });
        const now = await billingTime(billing, merchantId);
        return (await recoveryTotals(billing.database, span, now)).recovered.amounts;
      },
    }),
  }),
});

async function sumOfPayments({ billing }: Context, merchantId: string): Promise<MoneyShape[]> {
  const now = await billingTime(billing, merchantId);
  const sums = await billing.database.payment.groupBy({
    by: ['currency'],
    where: {
      merchantId,
      status: 'SUCCEEDED',
      settledAt: { gte: new Date(now.getTime() - figuresDays * 86_400_000) },
    },
    _sum: { amountMinor: true },
    orderBy: { currency: 'asc' },
  });
  return sums.map(({ currency, _sum }) => ({ currency, amountMinor: _sum.amountMinor ?? 0n }));
}
