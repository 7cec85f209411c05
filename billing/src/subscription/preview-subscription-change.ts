import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import {
  planSubscriptionChange,
  type PlannedSubscriptionChange,
  type SubscriptionChange,
} from './plan-subscription-change.ts';

/**
 * What `changeSubscription` would come to if it were asked for now: the same reckoning, the
 * same refusals. Writes nothing.
 *
 * @throws NotFoundError subscription, price
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICES_DIFFER
 * @throws ConflictError as docs/subscription-states.md says
 */
export async function previewSubscriptionChange(
  billing: Billing,
  actor: Actor,
  change: SubscriptionChange,
): Promise<PlannedSubscriptionChange> {
  authorize(actor, { staff: 'subscriptions:read', apiKey: 'subscriptions:read' });
  const { merchantId } = actor;
  const { database, tax } = billing;
  const exists = await database.subscription.count({
    where: { merchantId, id: change.subscriptionId },
  });
  if (exists === 0) throw new NotFoundError('subscription');
  return planSubscriptionChange(
    database,
    tax,
    merchantId,
    change,
    await billingTime(billing, merchantId),
  );
}
