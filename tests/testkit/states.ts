/** How subscriptions and invoices come to be in each of their states: by what really leads there. */
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import type { Billing } from '@4geeks/billing/ports';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import type { InvoiceStatus, SubscriptionStatus } from '@4geeks/prisma';

import type { CustomerOptions, Seed, SeededCustomer, SeededMerchant } from './seed.ts';

export interface StatesKit {
  billing: Billing;
  drain(): Promise<void>;
  /** Moves the clock and does what fell due. */
  travel(days: number): Promise<void>;
}

export interface States {
  /** Subscriptions of its customers become unpaid when retries are used up. */
  merchant: SeededMerchant;
  subscriptionIn(
    status: SubscriptionStatus,
  ): Promise<{ customer: SeededCustomer; subscriptionId: string }>;
  /** A one-off invoice with one line, over 49.00. */
  invoiceIn(
    status: InvoiceStatus,
    options?: CustomerOptions,
  ): Promise<{ customer: SeededCustomer; invoiceId: string; invoiceLineId: string }>;
}

export async function createStates(
  { billing, drain, travel }: StatesKit,
  seed: Seed,
): Promise<States> {
  const merchant = await seed.merchant({ finalAction: 'MARK_UNPAID' });
  const { system } = merchant;

  const pastDue = { card: 'visa_insufficient_funds' } as const;
  return {
    merchant,
    async subscriptionIn(status) {
      const declines = status === 'PAST_DUE' || status === 'UNPAID';
      const customer = await merchant.customer(declines ? pastDue : {});
      const { id: subscriptionId } = await customer.subscription({
        trialDays: status === 'TRIALING' ? 14 : 0,
      });
      await drain();
      if (status === 'UNPAID') for (const days of [3, 5, 7]) await travel(days);
      if (status === 'PAUSED') await pauseSubscription(billing, system, { subscriptionId });
      if (status === 'CANCELED') {
        await cancelSubscription(billing, system, { subscriptionId, when: 'NOW' });
      }
      return { customer, subscriptionId };
    },
    async invoiceIn(status, options = {}) {
      const customer = await merchant.customer(options);
      const { id: invoiceId } = await createInvoice(billing, system, { customerId: customer.id });
      await addInvoiceLine(billing, system, {
        invoiceId,
        description: 'Workshop',
        quantity: 1,
        unitAmountMinor: 4900n,
      });
      const { id: invoiceLineId } = await billing.database.invoiceLine.findFirstOrThrow({
        where: { invoiceId },
      });
      if (status !== 'DRAFT') {
        await finalizeInvoice(billing, system, { invoiceId, collect: false });
      }
      if (status === 'PAID') {
        await requestInvoiceCollection(billing, system, { invoiceId });
        await drain();
      }
      if (status === 'VOID') await voidInvoice(billing, system, { invoiceId });
      if (status === 'UNCOLLECTIBLE') {
        await markInvoiceUncollectible(billing, system, { invoiceId });
      }
      return { customer, invoiceId, invoiceLineId };
    },
  };
}
