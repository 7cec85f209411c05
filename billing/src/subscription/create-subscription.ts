import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkItems, loadChosenPrices, type ChosenItem } from './chosen-prices.ts';
import type { StartOptions } from './plan-subscription-start.ts';
import { startSubscription } from './start-subscription.ts';

export interface CreateSubscriptionInput extends StartOptions {
  customerId: string;
  /** At least one; all recurring, of one currency and one interval. */
  items: readonly ChosenItem[];
  /** Of a coupon that reduces it from its first invoice on. */
  couponCode?: string | null;
}

/**
 * Starts a subscription now. With a trial (the longest of its prices, or as asked) the first invoice
 * comes when the trial ends; without one it is issued at once and collected in the background. Where
 * a billing anchor is asked for, the first period ends at the next boundary counted from it and
 * costs its share, or nothing.
 *
 * @throws NotFoundError customer, price, coupon
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICE_REPEATED, PRICE_NOT_RECURRING,
 *   PRICES_DIFFER, AMOUNT_TOO_LARGE, TRIAL_INVALID, ANCHOR_INVALID, BILLING_DAY_INVALID,
 *   BILLING_MONTH_INVALID
 * @throws ConflictError PRICE_ARCHIVED, PRODUCT_ARCHIVED, COUPON_ARCHIVED, COUPON_EXPIRED,
 *   COUPON_USED_UP, COUPON_CURRENCY_DIFFERS
 */
export async function createSubscription(
  billing: Billing,
  actor: Actor,
  input: CreateSubscriptionInput,
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });
  const { merchantId } = actor;
  const { customerId, items: chosen, ...options } = input;
  checkItems(chosen);

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const customer = await database.customer.findUnique({
      where: { merchantId_id: { merchantId, id: customerId } },
      include: { merchant: { select: { timeZone: true } } },
    });
    if (!customer) throw new NotFoundError('customer');
    const items = await loadChosenPrices(database, merchantId, chosen);
    return startSubscription(transaction, { ...options, customer, items });
  });
}
