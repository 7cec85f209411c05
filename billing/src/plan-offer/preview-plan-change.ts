import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import { writeQuote } from './quote.ts';
import { reckonPlanChange, type ReckonedPlanChange } from './reckon-plan-change.ts';
import { requireSessionPlanOffer } from './session-plan-offer.ts';

export interface PlanChangePreview extends Omit<ReckonedPlanChange, 'figures'> {
  /** For `changePlan`: that these figures are confirmed, and no others. */
  quote: string;
}

/**
 * What another plan comes to, for the customer whose session has it on offer: when it begins, what is
 * charged at once and what every period costs then. Writes nothing.
 *
 * @throws ForbiddenError PLAN_OFFER
 * @throws NotFoundError price: not on offer
 * @throws ConflictError as {@link reckonPlanChange}
 */
export async function previewPlanChange(
  billing: Billing,
  actor: Actor,
  { priceId }: { priceId: string },
): Promise<PlanChangePreview> {
  authorize(actor, { portal: 'PLAN_OFFER' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { database, hashKey, tax } = billing;
  const offer = await requireSessionPlanOffer(billing, database, actor);
  const now = await billingTime(billing, actor.merchantId);
  const { figures, ...reckoned } = await reckonPlanChange(database, tax, offer, priceId, {
    at: now,
    now,
  });
  const subject = [actor.portalSessionId, offer.subscriptionId, priceId];
  return { ...reckoned, quote: writeQuote(hashKey, subject, now, figures) };
}
