import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { balanceToApply } from '../balance/apply-balance.ts';
import { customerBalance } from '../balance/customer-balance.ts';
import { NotFoundError } from '../errors.ts';
import { redeemableCoupon } from '../coupon/redeemable-coupon.ts';
import { applicableDiscounts } from '../discount/applicable-discounts.ts';
import { discountEnd } from '../discount/discount-end.ts';
import { billedMerchant, periodLines } from '../invoice/issue-period-invoice.ts';
import { priceInvoices, type PricedInvoice } from '../invoice/price-invoices.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import { checkItems, loadChosenPrices, sharedTerms } from './chosen-prices.ts';
import type { CreateSubscriptionInput } from './create-subscription.ts';
import { planSubscriptionStart, type SubscriptionStart } from './plan-subscription-start.ts';
import { longestTrial } from './start-subscription.ts';

/** With the lines and sums of the first invoice, issued where `firstPeriod` begins. */
export interface SubscriptionPreview extends SubscriptionStart, PricedInvoice {
  currency: string;
  /** What it would take from the customer's balance as it is now. */
  balanceAppliedMinor: bigint;
  /** What every whole period costs, as priced: before discounts and added tax. */
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
  { customerId, items: chosen, couponCode, ...options }: CreateSubscriptionInput,
): Promise<SubscriptionPreview> {
  authorize(actor, { staff: 'subscriptions:read', apiKey: 'subscriptions:read' });
  const { merchantId } = actor;
  const { database, tax } = billing;
  checkItems(chosen);
  const customer = await database.customer.findUnique({
    where: { merchantId_id: { merchantId, id: customerId } },
    include: { merchant: { select: billedMerchant } },
  });
  if (!customer) throw new NotFoundError('customer');
  const items = await loadChosenPrices(database, merchantId, chosen);
  const { currency, interval, intervalCount } = sharedTerms(items.map(({ price }) => price));
  const { timeZone } = customer.merchant;
  const now = await billingTime(billing, merchantId);
  const start = planSubscriptionStart(
    { interval, intervalCount, trialDays: longestTrial(items), timeZone },
    options,
    now,
  );
  const [priced] = await priceInvoices(tax, [
    {
      merchantId,
      customer,
      currency,
      at: start.firstPeriod.start,
      lines: periodLines(items, customer, customer.merchant, start.firstPeriod),
      discounts: applicableDiscounts(
        couponCode == null
          ? []
          : [await previewed({ merchantId, code: couponCode, currency, now })],
        start.firstPeriod.start,
      ),
    },
  ]);
  const balance = await customerBalance(database, { merchantId, customerId, currency });

  /** A discount as it would be. */
  async function previewed(use: Parameters<typeof redeemableCoupon>[1]) {
    const coupon = await redeemableCoupon(database, use);
    return { id: coupon.id, coupon, endsAt: discountEnd(coupon, timeZone, now) };
  }

  return {
    ...start,
    currency,
    ...priced!,
    balanceAppliedMinor: balanceToApply(priced!.totalMinor, balance),
    periodAmountMinor: items.reduce(
      (sum, { price, quantity }) => sum + price.unitAmountMinor * BigInt(quantity),
      0n,
    ),
  };
}
