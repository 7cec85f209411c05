import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { balanceToApply } from '../balance/apply-balance.ts';
import { customerBalance } from '../balance/customer-balance.ts';
import { NotFoundError } from '../errors.ts';
import { periodLines } from '../invoice/issue-period-invoice.ts';
import type { NewInvoiceLine } from '../invoice/issue-invoice.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import { checkItems, loadChosenPrices, sharedTerms } from './chosen-prices.ts';
import type { CreateSubscriptionInput } from './create-subscription.ts';
import { planSubscriptionStart, type SubscriptionStart } from './plan-subscription-start.ts';
import { longestTrial } from './start-subscription.ts';

export interface SubscriptionPreview extends SubscriptionStart {
  currency: string;
  /** Of the first invoice, issued where `firstPeriod` begins. */
  lines: NewInvoiceLine[];
  /** Sum of the lines, before tax. */
  subtotalMinor: bigint;
  /** What it would take from the customer's balance as it is now. */
  balanceAppliedMinor: bigint;
  /** What every whole period costs, before tax. */
  periodAmountMinor: bigint;
}

/**
 * What `createSubscription` would come to if it were asked for now: the same reckoning, the same
 * refusals. Writes nothing.
 *
 * @throws as `createSubscription`
 */
export async function previewSubscription(
  billing: Billing,
  actor: Actor,
  { customerId, items: chosen, ...options }: CreateSubscriptionInput,
): Promise<SubscriptionPreview> {
  authorize(actor, { staff: 'subscriptions:read', apiKey: 'subscriptions:read' });
  const { merchantId } = actor;
  const { database } = billing;
  checkItems(chosen);
  const customer = await database.customer.findUnique({
    where: { merchantId_id: { merchantId, id: customerId } },
    include: { merchant: { select: { timeZone: true } } },
  });
  if (!customer) throw new NotFoundError('customer');
  const items = await loadChosenPrices(database, merchantId, chosen);
  const { currency, interval, intervalCount } = sharedTerms(items.map(({ price }) => price));
  const { timeZone } = customer.merchant;
  const start = planSubscriptionStart(
    { interval, intervalCount, trialDays: longestTrial(items), timeZone },
    options,
    await billingTime(billing, merchantId),
  );
  const lines = periodLines(items, customer, start.firstPeriod);
  const subtotalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const balance = await customerBalance(database, { merchantId, customerId, currency });
  return {
    ...start,
    currency,
    lines,
    subtotalMinor,
    balanceAppliedMinor: balanceToApply(subtotalMinor, balance),
    periodAmountMinor: items.reduce(
      (sum, { price, quantity }) => sum + price.unitAmountMinor * BigInt(quantity),
      0n,
    ),
  };
}
