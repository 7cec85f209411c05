import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import { addDays, periodAt } from '../period/period.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

export interface CreateSubscriptionInput {
  customerId: string;
  /** At least one; all recurring, of one currency and one interval. */
  items: readonly { priceId: string; quantity?: number }[];
}

/**
 * Starts a subscription now. With a trial (the longest of its prices) the first invoice comes when
 * the trial ends; without one it is issued at once and collected in the background.
 *
 * @throws NotFoundError customer, price
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICES_DIFFER
 */
export async function createSubscription(
  billing: Billing,
  actor: Actor,
  input: CreateSubscriptionInput,
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });
  const { merchantId } = actor;
  if (input.items.length === 0) {
    throw new InvalidInputError('items', 'ITEMS_REQUIRED', 'A subscription needs an item.');
  }
  if (input.items.some(({ quantity = 1 }) => !Number.isInteger(quantity) || quantity < 1)) {
    throw new InvalidInputError('items', 'QUANTITY_INVALID', 'Quantities are whole and positive.');
  }

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const customer = await database.customer.findUnique({
      where: { merchantId_id: { merchantId, id: input.customerId } },
      include: { merchant: { select: { timeZone: true } } },
    });
    if (!customer) throw new NotFoundError('customer');
    const prices = await database.price.findMany({
      where: {
        merchantId,
        id: { in: input.items.map(({ priceId }) => priceId) },
        type: 'RECURRING',
        archivedAt: null,
      },
    });
    const [first] = prices;
    if (!first || prices.length !== input.items.length) throw new NotFoundError('price');
    const { currency, interval, intervalCount } = first;
    if (
      interval === null ||
      intervalCount === null ||
      prices.some(
        (price) =>
          price.currency !== currency ||
          price.interval !== interval ||
          price.intervalCount !== intervalCount,
      )
    ) {
      throw new InvalidInputError(
        'items',
        'PRICES_DIFFER',
        'All items share currency and interval.',
      );
    }

    const trialDays = Math.max(...prices.map((price) => price.trialDays));
    const billingAnchor = trialDays > 0 ? addDays(now, trialDays) : now;
    const { timeZone } = customer.merchant;
    const firstPeriod = periodAt({ interval, intervalCount, billingAnchor, timeZone }, 0);
    // A trial is period -1: it ends where period 0 begins.
    const current =
      trialDays > 0
        ? { status: 'TRIALING', periodIndex: -1, start: now, end: billingAnchor }
        : { status: 'ACTIVE', periodIndex: 0, ...firstPeriod };

    const subscription = await database.subscription.create({
      data: {
        merchantId,
        customerId: customer.id,
        status: current.status as 'TRIALING' | 'ACTIVE',
        currency,
        interval,
        intervalCount,
        billingAnchor,
        periodIndex: current.periodIndex,
        currentPeriodStart: current.start,
        currentPeriodEnd: current.end,
        trialEnd: trialDays > 0 ? billingAnchor : null,
        nextRenewalAt: current.end,
        createdAt: now,
      },
    });
    await database.subscriptionItem.createMany({
      data: input.items.map(({ priceId, quantity = 1 }) => ({
        merchantId,
        subscriptionId: subscription.id,
        priceId,
        quantity,
      })),
    });
    await record({
      merchantId,
      customerId: customer.id,
      type: 'subscription.created',
      objectType: 'subscription',
      objectId: subscription.id,
      data: { status: subscription.status },
    });
    if (trialDays === 0) {
      const billed = await database.subscription.findUniqueOrThrow({
        where: { id: subscription.id },
        include: billedSubscription,
      });
      await issuePeriodInvoice(transaction, billed, customer, firstPeriod);
    }
    return subscription;
  });
}
