/**
 * The demo merchant with a year behind it, made by living that year through the use cases: nothing
 * in it could not have happened.
 *
 * Lives in `api` and not in `prisma/src/seed`: it calls use cases, which `prisma` may not import
 * (docs/decisions/003).
 */
import { readFile } from 'node:fs/promises';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { createApiKey } from '@4geeks/billing/merchant/create-api-key';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { importPaymentMethod } from '@4geeks/billing/payment-method/import-payment-method';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { portalUrl } from '@4geeks/billing/portal/portal-url';
import { updatePortalBranding } from '@4geeks/billing/portal/update-portal-branding';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import type { Billing } from '@4geeks/billing/ports';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import type { SandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
import type { TestAccountAlias } from '../adapters/gateway/sandbox/test-accounts.ts';
import type { TestCardAlias } from '../adapters/gateway/sandbox/test-cards.ts';
import { createHistory, type History } from './history.ts';
import {
  customers,
  merchantFacts,
  plans,
  primaryColor,
  staff,
  type CustomerStory,
} from './story.ts';

export interface SeedDemoOptions {
  billing: Billing;
  /** A sandbox gateway on the installation's own tables whose `now` reads `clock.now`. */
  sandbox: Pick<
    SandboxGateway,
    'gateway' | 'createTestPaymentMethod' | 'settleDue' | 'nextSettlementAt'
  >;
  clock: { now: Date };
  /** Creates a staff user who signs in with this password. @returns the user's id. */
  createStaffUser(user: { name: string; email: string; password: string }): Promise<string>;
  staffPassword: string;
}

export interface SeededDemo {
  merchantId: string;
  portalUrl: string;
  /** Of the owner. */
  staffEmail: string;
  /** Of the customer whose card expired and whose renewal has just failed. */
  pastDueCustomerEmail: string;
  /** Shown once; only its hash is kept. */
  apiKey: string;
}

interface Step {
  at: Date;
  run(): Promise<void>;
}

/** @returns what a script needs to walk the scenario. Call on a database without merchants. */
export async function seedDemo(options: SeedDemoOptions): Promise<SeededDemo> {
  const now = options.billing.clock.now();
  const start = monthsBefore(now, 13);
  const history = createHistory({
    billing: { ...options.billing, gateway: options.sandbox.gateway },
    start,
    clock: options.clock,
    sandbox: options.sandbox,
    mailSince: new Date(now.getTime() - 7 * 86_400_000),
  });
  const { billing } = history;
  const merchant = await createMerchant(billing, merchantFacts);
  const system: SystemViewer = { kind: 'system', merchantId: merchant.id };

  for (const { role, ...user } of staff) {
    const userId = await options.createStaffUser({ ...user, password: options.staffPassword });
    await addStaffMember(billing, system, { userId, role });
  }
  const portal = await enablePortal(billing, system);
  await updatePortalBranding(billing, system, {
    companyName: merchantFacts.name,
    primaryColor,
    logo: await readFile(new URL('./logo.png', import.meta.url)),
  });
  await updatePortalPermissions(billing, system, {
    permissions: [
      'UPDATE_PAYMENT_METHODS',
      'VIEW_PAYMENT_HISTORY',
      'DOWNLOAD_INVOICES',
      'CANCEL_SUBSCRIPTION',
    ],
  });
  const { key } = await createApiKey(billing, system, {
    name: 'Demo integration',
    scopes: ['customers:read', 'subscriptions:read', 'invoices:read', 'payments:read'],
  });

  const prices = await createPrices(billing, system);
  const steps = customers
    .flatMap((story) => stepsOf({ ...options, history, system, prices, story, now }))
    .sort((left, right) => left.at.getTime() - right.at.getTime());
  for (const step of steps) {
    await history.travelTo(step.at);
    await step.run();
  }
  await history.travelTo(now);

  return {
    merchantId: merchant.id,
    portalUrl: portalUrl(billing.publicUrl, portal.slug ?? ''),
    staffEmail: staff[0].email,
    pastDueCustomerEmail: customers[0]?.email ?? '',
    apiKey: key,
  };
}

type PlanName = keyof typeof plans;

async function createPrices(
  billing: Billing,
  system: SystemViewer,
): Promise<Record<PlanName, string>> {
  const entries: [PlanName, string][] = [];
  for (const [name, plan] of Object.entries(plans) as [PlanName, (typeof plans)[PlanName]][]) {
    const { name: title, description, translations, ...terms } = plan;
    const product = await createProduct(billing, system, {
      name: title,
      description,
      translations,
    });
    const price = await createPrice(billing, system, {
      currency: merchantFacts.currency,
      ...terms,
      productId: product.id,
    });
    entries.push([name, price.id]);
  }
  return Object.fromEntries(entries) as Record<PlanName, string>;
}

interface StoryContext extends Pick<SeedDemoOptions, 'sandbox'> {
  history: History;
  system: SystemViewer;
  prices: Record<PlanName, string>;
  story: CustomerStory;
  now: Date;
}

/** One customer's year as dated steps. */
function stepsOf({ sandbox, history, system, prices, story, now }: StoryContext): Step[] {
  const { billing } = history;
  const begins = monthsBefore(new Date(now.getTime() - story.minutesAgo * 60_000), story.monthsAgo);
  // Counted from the newest renewal, not from today: the two may lie in different months.
  const lastMonth = monthsBefore(monthsAfter(begins, story.monthsAgo), 1);
  const expiry = { expMonth: 8, expYear: now.getUTCFullYear() + 3 };
  const printed = story.cardExpiredLastMonth ? lastMonth : story.cardExpiresThisMonth ? now : null;
  if (printed) {
    expiry.expMonth = printed.getUTCMonth() + 1;
    expiry.expYear = printed.getUTCFullYear();
  }
  let customerId = '';
  let subscriptionId = '';

  async function useCard(card: TestCardAlias): Promise<void> {
    const paymentMethod = await sandbox.createTestPaymentMethod({
      merchantId: system.merchantId,
      customerId,
      card,
      ...expiry,
    });
    await importPaymentMethod(billing, system, { customerId, paymentMethod });
  }

  async function useAccount(account: TestAccountAlias): Promise<void> {
    const paymentMethod = await sandbox.createTestPaymentMethod({
      merchantId: system.merchantId,
      customerId,
      account,
      holderName: story.name,
    });
    await importPaymentMethod(billing, system, { customerId, paymentMethod });
  }

  const steps: Step[] = [
    {
      at: begins,
      async run() {
        const { name, email, locale, address, country } = story;
        const customer = await createCustomer(billing, system, {
          name,
          email,
          locale,
          address,
          country,
        });
        customerId = customer.id;
        if (story.card) await useCard(story.card);
        if (story.account) await useAccount(story.account);
        const subscription = await createSubscription(billing, system, {
          customerId,
          items: [{ priceId: prices[story.plan], quantity: story.quantity ?? 1 }],
        });
        subscriptionId = subscription.id;
      },
    },
  ];
  const { card, declinedInMonth, cancelsInMonth } = story;
  if (card && declinedInMonth !== undefined) {
    // Days before a renewal a card that declines takes over; days after it, the good one is back.
    const renewal = monthsAfter(begins, declinedInMonth);
    steps.push(
      { at: daysAfter(renewal, -4), run: () => useCard('visa_declines_on_charge') },
      { at: daysAfter(renewal, 2), run: () => useCard(card) },
    );
  }
  if (cancelsInMonth !== undefined) {
    steps.push({
      at: daysAfter(monthsAfter(begins, cancelsInMonth), 5),
      async run() {
        await cancelSubscription(billing, system, { subscriptionId, reason: 'UNUSED' });
      },
    });
  }
  return steps;
}

function monthsBefore(date: Date, months: number): Date {
  return monthsAfter(date, -months);
}

function monthsAfter(date: Date, months: number): Date {
  const moved = date.toTemporalInstant().toZonedDateTimeISO(merchantFacts.timeZone).add({ months });
  return new Date(moved.epochMilliseconds);
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}
