/** What customers are said to miss in the portal is what the use cases refuse them. */
import { portalPermissions, type PortalPermission } from '@4geeks/billing/access/viewer';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { createPaymentMethodSetup } from '@4geeks/billing/payment-method/create-payment-method-setup';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { endPortalSession } from '@4geeks/billing/portal/end-portal-session';
import {
  missingPortalOption,
  portalOptions,
  type PortalOption,
} from '@4geeks/billing/portal/portal-options';
import { readPortalOptionFacts } from '@4geeks/billing/portal/read-portal-option-facts';
import { requestSignInLink } from '@4geeks/billing/portal/request-sign-in-link';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { changePlan } from '@4geeks/billing/plan-offer/change-plan';
import { previewPlanChange } from '@4geeks/billing/plan-offer/preview-plan-change';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { invoiceDocumentsVisibleTo } from '@4geeks/billing/invoice/access';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { enterWithOffer, planPrice } from '../testkit/plan-offer.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';

const { billing, seed, drain } = await testBilling();

async function told(customer: SeededCustomer) {
  const [facts] = await readPortalOptionFacts(billing, [customer.id]);
  return Object.fromEntries(
    portalOptions.map((option) => [option, missingPortalOption(option, facts!)]),
  ) as Record<PortalOption, string | null>;
}

async function works(attempt: () => Promise<unknown>): Promise<boolean> {
  return attempt().then(
    () => true,
    () => false,
  );
}

/** Whether some row of a list can be worked on. */
async function someWorks<Row>(
  rows: readonly Row[],
  attempt: (row: Row) => Promise<unknown>,
): Promise<boolean> {
  for (const row of rows) if (await works(() => attempt(row))) return true;
  return false;
}

/** Tries everything, in an order in which nothing spoils what comes after it. */
async function tried(merchant: SeededMerchant, customer: SeededCustomer) {
  const may: Partial<Record<PortalOption, boolean>> = {};
  may.SIGN_IN = await works(() =>
    requestSignInLink(billing, { portalSlug: merchant.slug, email: customer.row.email }),
  );
  // Who cannot come in can do nothing.
  const viewer = may.SIGN_IN ? await customer.viewer() : null;
  const as = <Result>(use: (actor: NonNullable<typeof viewer>) => Promise<Result>) =>
    viewer ? use(viewer) : Promise.reject(new Error('not signed in'));
  may.ADD_PAYMENT_METHOD = await works(() =>
    as((actor) => createPaymentMethodSetup(billing, actor)),
  );
  may.DOWNLOAD_INVOICES = await works(() =>
    as((actor) =>
      billing.database.invoice.findFirstOrThrow({ where: invoiceDocumentsVisibleTo(actor) }),
    ),
  );
  may.REMOVE_PAYMENT_METHOD = await someWorks(await customer.paymentMethods(), ({ id }) =>
    as((actor) => removePaymentMethod(billing, actor, { paymentMethodId: id })),
  );
  may.PAY_INVOICE = await someWorks(await customer.invoices(), ({ id }) =>
    as((actor) => requestInvoiceCollection(billing, actor, { invoiceId: id })),
  );
  may.CHANGE_PLAN = await someWorks(
    await billing.database.planOfferPrice.findMany({
      where: { planOffer: { customerId: customer.id } },
    }),
    async ({ priceId, planOfferId }) => {
      const session = await billing.database.portalSession.findFirstOrThrow({
        where: { planOfferId, revokedAt: null },
      });
      return as(async (actor) => {
        const offered = {
          ...actor,
          portalSessionId: session.id,
          grants: new Set(['PLAN_OFFER'] as const),
        };
        const { quote } = await previewPlanChange(billing, offered, { priceId });
        return changePlan(billing, offered, { priceId, quote });
      });
    },
  );
  may.CANCEL_SUBSCRIPTION = await someWorks(await customer.subscriptions(), ({ id }) =>
    as((actor) => cancelSubscription(billing, actor, { subscriptionId: id })),
  );
  return may;
}

/** Subscribed, and signed in with plans on offer. */
async function offered(merchant: SeededMerchant, amounts: bigint[]) {
  const customer = await merchant.customer();
  const { id: subscriptionId } = await customer.subscription();
  await drain();
  const prices: string[] = [];
  for (const amount of amounts) prices.push(await planPrice(billing, merchant, amount));
  const session = await enterWithOffer(billing, merchant, {
    customerId: customer.id,
    subscriptionId,
    offeredPriceIds: prices,
  });
  return { customer, subscriptionId, prices, session };
}

const states: [string, (merchant: SeededMerchant) => Promise<SeededCustomer>][] = [
  ['nothing but a card', (merchant) => merchant.customer()],
  ['nothing at all', (merchant) => merchant.customer({ card: null })],
  [
    'a subscription',
    async (merchant) => {
      const customer = await merchant.customer();
      await customer.subscription();
      await drain();
      return customer;
    },
  ],
  [
    'a subscription and two cards',
    async (merchant) => {
      const customer = await merchant.customer();
      await customer.subscription();
      await customer.enterCard('visa');
      await drain();
      return customer;
    },
  ],
  ['an invoice that could not be collected', (merchant) => merchant.pastDueCustomer()],
  [
    'an open invoice and two cards',
    async (merchant) => {
      const customer = await merchant.pastDueCustomer();
      await customer.enterCard('visa_declines_on_charge', { makeDefault: false });
      await drain();
      return customer;
    },
  ],
  [
    'a subscription that is being canceled',
    async (merchant) => {
      const customer = await merchant.customer();
      const { id } = await customer.subscription();
      await drain();
      await cancelSubscription(billing, merchant.system, { subscriptionId: id });
      return customer;
    },
  ],
  ['plans on offer', async (merchant) => (await offered(merchant, [9900n, 1900n])).customer],
  [
    'a plan on offer for a subscription that is paused',
    async (merchant) => {
      const { customer, subscriptionId } = await offered(merchant, [9900n]);
      await pauseSubscription(billing, merchant.system, { subscriptionId });
      return customer;
    },
  ],
  [
    'a plan on offer that is sold no more',
    async (merchant) => {
      const { customer, prices } = await offered(merchant, [9900n]);
      await archivePrice(billing, merchant.system, { priceId: prices[0]! });
      return customer;
    },
  ],
  [
    'a plan on offer that was chosen already',
    async (merchant) => {
      const { customer, prices, session } = await offered(merchant, [1900n]);
      const [viewer, priceId] = [(await session.viewer())!, prices[0]!];
      const { quote } = await previewPlanChange(billing, viewer, { priceId });
      await changePlan(billing, viewer, { priceId, quote });
      return customer;
    },
  ],
  [
    'a dearer plan on offer, and an invoice that could not be collected',
    async (merchant) => {
      const { customer, prices, session } = await offered(merchant, [9900n, 9800n]);
      await customer.enterCard('visa_declines_on_charge');
      const [viewer, priceId] = [(await session.viewer())!, prices[1]!];
      const { quote } = await previewPlanChange(billing, viewer, { priceId });
      await changePlan(billing, viewer, { priceId, quote });
      await drain();
      return customer;
    },
  ],
  [
    'a plan that was on offer until the customer signed out',
    async (merchant) => {
      const { customer, session } = await offered(merchant, [9900n]);
      await endPortalSession(billing, session);
      return customer;
    },
  ],
  [
    'a subscription that has ended',
    async (merchant) => {
      const customer = await merchant.customer();
      const { id } = await customer.subscription();
      await drain();
      await cancelSubscription(billing, merchant.system, { subscriptionId: id, when: 'NOW' });
      return customer;
    },
  ],
];

describe.each(states)('a customer with %s', (_name, make) => {
  it.each([
    ['everything allowed', portalPermissions],
    ['nothing allowed', []],
    ['the portal off', null],
  ] as [string, PortalPermission[] | null][])(
    'has what is told, with %s',
    async (_case, allowed) => {
      const merchant = await seed.merchant();
      const customer = await make(merchant);
      if (allowed) {
        await updatePortalPermissions(billing, merchant.system, { permissions: allowed });
      } else {
        await disablePortal(billing, merchant.system);
      }
      const reasons = await told(customer);
      const may = await tried(merchant, customer);
      for (const [option, can] of Object.entries(may)) {
        expect(
          reasons[option as PortalOption] === null,
          `${option} ${JSON.stringify(reasons)}`,
        ).toBe(can);
      }
      if (!allowed) expect(new Set(Object.values(reasons))).toEqual(new Set(['PORTAL_DISABLED']));
    },
  );
});

describe('what is missing', () => {
  it('is named', async () => {
    const merchant = await seed.merchant({ permissions: ['UPDATE_PAYMENT_METHODS'] });
    const customer = await merchant.customer();
    await customer.subscription();
    await drain();
    expect(await told(customer)).toEqual({
      SIGN_IN: null,
      PAY_INVOICE: 'NO_OPEN_INVOICE',
      ADD_PAYMENT_METHOD: null,
      REMOVE_PAYMENT_METHOD: 'LAST_PAYMENT_METHOD',
      VIEW_PAYMENT_HISTORY: 'PERMISSION_OFF',
      DOWNLOAD_INVOICES: 'PERMISSION_OFF',
      CANCEL_SUBSCRIPTION: 'PERMISSION_OFF',
      CHANGE_PLAN: 'NO_PLAN_OFFER',
    });
  });

  it('is told of several customers at once, in the order asked', async () => {
    const merchant = await seed.merchant();
    const [owing, other] = [await merchant.pastDueCustomer(), await merchant.customer()];
    const unknown = '00000000-0000-7000-8000-000000000000';
    const facts = await readPortalOptionFacts(billing, [other.id, unknown, owing.id]);
    expect(facts.map((each) => each?.invoices.open)).toEqual([0, undefined, 1]);
  });
});
