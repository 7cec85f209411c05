import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkItems, loadChosenPrices, type ChosenItem } from './chosen-prices.ts';
import { startSubscription } from './start-subscription.ts';

export interface CreateSubscriptionInput {
  customerId: string;
  /** At least one; all recurring, of one currency and one interval. */
  items: readonly ChosenItem[];
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
  checkItems(input.items);

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const customer = await database.customer.findUnique({
      where: { merchantId_id: { merchantId, id: input.customerId } },
      include: { merchant: { select: { timeZone: true } } },
    });
    if (!customer) throw new NotFoundError('customer');
    const items = await loadChosenPrices(database, merchantId, input.items);
    return startSubscription(transaction, {
      customer,
      items,
      trialDays: Math.max(...items.map(({ price }) => price.trialDays)),
    });
  });
}
