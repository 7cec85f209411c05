import type { Customer, Price, Subscription } from '@4geeks/prisma';
import { InvalidInputError } from '../errors.ts';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import { addDays, periodAt } from '../period/period.ts';
import type { BillingTransaction } from '../transaction.ts';

export interface StartSubscription {
  customer: Customer & { merchant: { timeZone: string } };
  /** At least one; all recurring. */
  items: readonly { price: Price; quantity: number }[];
  /** 0: the first period begins now, and is billed at once. */
  trialDays: number;
  /** The ended one that it takes up. */
  previousSubscriptionId?: string;
}

/**
 * Begins a subscription now. Part of the caller's transaction.
 *
 * @throws InvalidInputError PRICES_DIFFER
 */
export async function startSubscription(
  transaction: BillingTransaction,
  { customer, items, trialDays, previousSubscriptionId }: StartSubscription,
): Promise<Subscription> {
  const { database, now, record } = transaction;
  const { merchantId } = customer;
  const { currency, interval, intervalCount } = sharedTerms(items.map(({ price }) => price));
  const billingAnchor = trialDays > 0 ? addDays(now, trialDays) : now;
  const { timeZone } = customer.merchant;
  const firstPeriod = periodAt({ interval, intervalCount, billingAnchor, timeZone }, 0);
  // A trial is period -1: it ends where period 0 begins.
  const current =
    trialDays > 0
      ? { status: 'TRIALING' as const, periodIndex: -1, start: now, end: billingAnchor }
      : { status: 'ACTIVE' as const, periodIndex: 0, ...firstPeriod };

  const subscription = await database.subscription.create({
    data: {
      merchantId,
      customerId: customer.id,
      status: current.status,
      currency,
      interval,
      intervalCount,
      billingAnchor,
      periodIndex: current.periodIndex,
      currentPeriodStart: current.start,
      currentPeriodEnd: current.end,
      trialEnd: trialDays > 0 ? billingAnchor : null,
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
  if (trialDays === 0) {
    const billed = await database.subscription.findUniqueOrThrow({
      where: { id: subscription.id },
      include: billedSubscription,
    });
    await issuePeriodInvoice(transaction, billed, customer, firstPeriod);
  }
  return subscription;
}

function sharedTerms(prices: readonly Price[]) {
  const [first] = prices;
  const { currency, interval, intervalCount } = first ?? {};
  if (
    !currency ||
    !interval ||
    !intervalCount ||
    prices.some(
      (price) =>
        price.currency !== currency ||
        price.interval !== interval ||
        price.intervalCount !== intervalCount,
    )
  ) {
    throw new InvalidInputError('items', 'PRICES_DIFFER', 'All items share currency and interval.');
  }
  return { currency, interval, intervalCount };
}
