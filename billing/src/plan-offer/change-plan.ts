import type { Invoice, Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, ForbiddenError, InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { applySubscriptionChange } from '../subscription/apply-subscription-change.ts';
import { lockSubscription } from '../subscription/lock-subscription.ts';
import { inTransaction } from '../transaction.ts';
import { isQuoteCurrent, momentOfQuote, vouchesFor } from './quote.ts';
import { reckonPlanChange } from './reckon-plan-change.ts';
import { requireSessionPlanOffer } from './session-plan-offer.ts';

export interface ChangePlanInput {
  /** On offer in the customer's session. */
  priceId: string;
  /** Of `previewPlanChange`: the figures that the customer has seen. */
  quote: string;
}

export interface ChangedPlan {
  subscription: Subscription;
  when: 'NOW' | 'PERIOD_END';
  /** When the new plan begins. */
  effectiveAt: Date;
  /** Over what is charged at once; null where nothing is. */
  invoice: Invoice | null;
}

/**
 * Gives a customer the plan they chose among those that their portal session has on offer, at exactly
 * the figures they were shown. What costs more begins at once: the difference is invoiced and charged
 * by a job. Should the charge fail, the plan stays and the subscription is past due, as after any
 * failed collection. What costs the same or less begins with the next period.
 *
 * @throws ForbiddenError PLAN_OFFER
 * @throws NotFoundError price: not on offer
 * @throws InvalidInputError QUOTE_INVALID
 * @throws ConflictError as {@link reckonPlanChange}; QUOTE_OUTDATED: the figures are others by now;
 *   NO_PAYMENT_METHOD: something is due at once, and there is nothing to charge
 */
export async function changePlan(
  billing: Billing,
  actor: Actor,
  { priceId, quote }: ChangePlanInput,
): Promise<ChangedPlan> {
  authorize(actor, { portal: 'PLAN_OFFER' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const at = momentOfQuote(quote);
  if (!at) throw new InvalidInputError('quote', 'QUOTE_INVALID', 'This is no quote of a preview.');

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, tax } = transaction;
    const offer = await requireSessionPlanOffer(billing, database, actor);
    const { subscriptionId } = offer;
    await lockSubscription(transaction, actor, subscriptionId);
    // Refused for what it is, an old quote or not.
    const current = isQuoteCurrent(at, now);
    const { when, change, paymentMethod, figures } = await reckonPlanChange(
      database,
      tax,
      offer,
      priceId,
      { at: current ? at : now, now },
    );
    const subject = [actor.portalSessionId, subscriptionId, priceId];
    if (!current || !vouchesFor(quote, billing.hashKey, subject, at, figures)) throw outdated();
    if (change.dueMinor > 0n && !paymentMethod) {
      throw new ConflictError('NO_PAYMENT_METHOD', 'There is no payment method to charge.');
    }
    const invoice = await applySubscriptionChange(transaction, change, when, 'CUSTOMER');
    // Another invoice of the customer's may have used the balance since it was looked at.
    if (invoice && invoice.balanceAppliedMinor !== change.balanceAppliedMinor) throw outdated();
    const subscription = await database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId },
    });
    return { subscription, when, effectiveAt: change.effectiveAt, invoice };
  });
}

function outdated(): ConflictError {
  return new ConflictError(
    'QUOTE_OUTDATED',
    'The figures are others by now: show the new ones, and ask again.',
  );
}
