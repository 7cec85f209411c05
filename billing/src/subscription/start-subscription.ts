import type { Customer, Price, Subscription } from '@4geeks/prisma';
import { redeemCoupon } from '../discount/redeem-coupon.ts';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import type { BillingTransaction } from '../transaction.ts';
import { sharedTerms } from './chosen-prices.ts';
import { planSubscriptionStart, type StartOptions } from './plan-subscription-start.ts';

export interface StartSubscription extends StartOptions {
  customer: Customer & { merchant: { timeZone: string } };
  /** At least one; all recurring. */
  items: readonly { price: Price; quantity: number }[];
  /** The ended one that it takes up. */
  previousSubscriptionId?: string;
  /** Of a coupon that reduces it from its first invoice on. */
  couponCode?: string | null;
}

/**
 * Begins a subscription now. Part of the caller's transaction.
 *
 * @throws InvalidInputError PRICES_DIFFER, and as `planSubscriptionStart`
 * @throws NotFoundError, ConflictError as `redeemCoupon`
 */
export async function startSubscription(
  transaction: BillingTransaction,
  { customer, items, previousSubscriptionId, couponCode, ...options }: StartSubscription,
): Promise<Subscription> {
  const { database, now, record } = transaction;
  const { merchantId } = customer;
  const { currency, interval, intervalCount } = sharedTerms(items.map(({ price }) => price));
  const { status, billingAnchor, periodIndex, current, trialEnd, firstPeriod } =
    planSubscriptionStart(
      {
        interval,
        intervalCount,
        trialDays: longestTrial(items),
        timeZone: customer.merchant.timeZone,
      },
      options,
      now,
    );

  const subscription = await database.subscription.create({
    data: {
      merchantId,
      customerId: customer.id,
      status,
      currency,
      interval,
      intervalCount,
      billingAnchor,
      periodIndex,
      currentPeriodStart: current.start,
      currentPeriodEnd: current.end,
      trialEnd,
      nextRenewalAt: current.end,
      previousSubscriptionId: previousSubscriptionId ?? null,
      createdAt: now,
    },
  });
  await database.subscriptionItem.createMany({
    data: items.map(({ price, quantity }) => ({
      merchantId,
      subscriptionId: subscription.id,
      priceId: price.id,
      quantity,
    })),
  });
  await record({
    merchantId,
    customerId: customer.id,
    type: 'subscription.created',
    objectType: 'subscription',
    objectId: subscription.id,
    data: {
      status: subscription.status,
      ...(previousSubscriptionId ? { previousSubscriptionId } : {}),
    },
  });
  if (couponCode != null) {
    await redeemCoupon(transaction, {
      merchantId,
      customerId: customer.id,
      code: couponCode,
      currency,
      timeZone: customer.merchant.timeZone,
      target: { subscriptionId: subscription.id },
    });
  }
  if (status === 'ACTIVE') {
    const billed = await database.subscription.findUniqueOrThrow({
      where: { id: subscription.id },
      include: billedSubscription,
    });
    await issuePeriodInvoice(transaction, billed, customer, firstPeriod);
  }
  return subscription;
}

/** Days; of several prices the longest counts. */
export function longestTrial(items: readonly { price: Pick<Price, 'trialDays'> }[]): number {
  return Math.max(0, ...items.map(({ price }) => price.trialDays));
}
