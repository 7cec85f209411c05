/** One customer's year as dated steps. */
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { importPaymentMethod } from '@4geeks/billing/payment-method/import-payment-method';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import type { SandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
import type { TestCardAlias } from '../adapters/gateway/sandbox/test-cards.ts';
import { daysAfter, monthsAfter, monthsBefore } from './calendar.ts';
import type { Catalog } from './catalog.ts';
import type { History } from './history.ts';
import type { CustomerStory } from './story.ts';

export interface Step {
  at: Date;
  run(): Promise<void>;
}

export interface DemoContext {
  sandbox: Pick<SandboxGateway, 'createTestPaymentMethod'>;
  history: History;
  system: SystemViewer;
  catalog: Catalog;
  now: Date;
}

/** A customer of the demo; ids are there once its first step was run. */
export interface Subscriber {
  customerId: string;
  subscriptionId: string;
  steps: Step[];
}

export function subscriber(context: DemoContext, story: CustomerStory): Subscriber {
  const { sandbox, history, system, catalog, now } = context;
  const { billing } = history;
  const begins = monthsBefore(new Date(now.getTime() - story.minutesAgo * 60_000), story.monthsAgo);
  // Counted from the newest renewal, not from today: the two may lie in different months.
  const lastMonth = monthsBefore(monthsAfter(begins, story.monthsAgo), 1);
  const expiry = story.cardExpiredLastMonth
    ? { expMonth: lastMonth.getUTCMonth() + 1, expYear: lastMonth.getUTCFullYear() }
    : { expMonth: 8, expYear: now.getUTCFullYear() + 3 };
  const self: Subscriber = { customerId: '', subscriptionId: '', steps: [] };

  async function useCard(card: TestCardAlias): Promise<void> {
    const { customerId } = self;
    const paymentMethod = await sandbox.createTestPaymentMethod({
      merchantId: system.merchantId,
      customerId,
      card,
      ...expiry,
    });
    await importPaymentMethod(billing, system, { customerId, paymentMethod });
  }

  self.steps.push({
    at: begins,
    async run() {
      const { name, email, locale, address, country, card, plan, quantity, also = [] } = story;
      const customer = await createCustomer(billing, system, {
        name,
        email,
        locale,
        address,
        country,
      });
      self.customerId = customer.id;
      if (card) await useCard(card);
      const items = [{ plan, quantity: quantity ?? 1 }, ...also];
      const subscription = await createSubscription(billing, system, {
        customerId: customer.id,
        items: items.map((item) => ({ ...item, priceId: catalog.prices[item.plan] })),
        billingDay: story.billingDay ?? null,
      });
      self.subscriptionId = subscription.id;
    },
  });
  const { card, declinedInMonth, failsFromMonth, cancelsInMonth } = story;
  if (card && declinedInMonth !== undefined) {
    // Days before a renewal a card that declines takes over; days after it, the good one is back.
    const renewal = monthsAfter(begins, declinedInMonth);
    self.steps.push(
      { at: daysAfter(renewal, -4), run: () => useCard('visa_declines_on_charge') },
      { at: daysAfter(renewal, 2), run: () => useCard(card) },
    );
  }
  if (failsFromMonth !== undefined) {
    const renewal = monthsAfter(begins, failsFromMonth);
    self.steps.push({ at: daysAfter(renewal, -4), run: () => useCard('visa_insufficient_funds') });
  }
  if (cancelsInMonth !== undefined) {
    self.steps.push({
      at: daysAfter(monthsAfter(begins, cancelsInMonth), 5),
      async run() {
        const { subscriptionId } = self;
        await cancelSubscription(billing, system, { subscriptionId, reason: 'UNUSED' });
      },
    });
  }
  return self;
}
