/** A subscription whose prices may be of any interval, and what became of it. */
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import type { SubscriptionChange } from '@4geeks/billing/subscription/plan-subscription-change';
import type { BillingInterval } from '@4geeks/prisma';
import { expect } from 'vitest';

import { brokenInvariants } from '../soak/invariants.ts';
import type { TestBilling } from './billing.ts';
import type { CustomerOptions, SeededMerchant } from './seed.ts';

export interface IntervalPrice {
  interval?: BillingInterval;
  intervalCount?: number;
  trialDays?: number;
}

export async function intervalStories(t: TestBilling, merchant: SeededMerchant) {
  const { billing } = t;
  const { system } = merchant;
  const { id: productId } = await createProduct(billing, system, { name: 'Team' });

  /** In EUR, by the month where nothing else is said. @returns its id. */
  async function priceOf(unitAmountMinor: bigint, options: IntervalPrice = {}): Promise<string> {
    const { id } = await createPrice(billing, system, {
      productId,
      currency: 'EUR',
      unitAmountMinor,
      interval: 'MONTH',
      ...options,
    });
    return id;
  }

  /** Begins with one price, at `start` or now, and pays for it. */
  async function subscribed(
    priceId: string,
    {
      start,
      couponCode = null,
      ...options
    }: CustomerOptions & { start?: string; couponCode?: string | null } = {},
  ) {
    if (start) t.clock.set(start);
    const ada = await merchant.customer(options);
    const { id: subscriptionId } = await createSubscription(billing, system, {
      customerId: ada.id,
      items: [{ priceId }],
      couponCode,
    });
    await t.drain();
    const asked = (to: string, when: SubscriptionChange['when']): SubscriptionChange => ({
      subscriptionId,
      items: [{ priceId: to }],
      when,
    });
    return {
      ada,
      subscriptionId,
      preview: (to: string, when: SubscriptionChange['when'] = 'NOW') =>
        previewSubscriptionChange(billing, system, asked(to, when)),
      async change(to: string, when: SubscriptionChange['when'] = 'NOW') {
        await changeSubscription(billing, system, asked(to, when));
        await t.drain();
      },
      read: () =>
        billing.database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } }),
      async balance() {
        const { _sum } = await billing.database.balanceEntry.aggregate({
          where: { customerId: ada.id },
          _sum: { amountMinor: true },
        });
        return _sum.amountMinor ?? 0n;
      },
      charged: async () => (await ada.charges()).map(({ amountMinor }) => amountMinor),
      /** What each invoice is for: from when, until when, how much. */
      async billed() {
        return (await ada.invoices()).map(({ periodStart, periodEnd, totalMinor }) => [
          dayOf(periodStart),
          dayOf(periodEnd),
          totalMinor,
        ]);
      },
    };
  }

  /**
   * After each test: the clock only travels on, and what is left would renew through every year of the
   * next one. The books have to hold.
   */
  async function endAll(): Promise<void> {
    const left = await billing.database.subscription.findMany({ where: { endedAt: null } });
    for (const { id: subscriptionId, merchantId } of left) {
      const actor = { kind: 'system', merchantId } as const;
      await cancelSubscription(billing, actor, { subscriptionId, when: 'NOW' });
    }
    await t.drain();
    expect(await brokenInvariants(t.database, t.clock.now())).toEqual({});
  }

  return { priceOf, subscribed, endAll };
}

/** The instant that a day begins, in UTC. */
export const at = (day: string) => new Date(`${day}T00:00:00Z`);

const dayOf = (date: Date | null) => date && date.toISOString().slice(0, 10);
