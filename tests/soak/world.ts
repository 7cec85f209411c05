/**
 * Who there is in a random run: some merchants, their prices, taxes and coupons, a growing number of
 * customers.
 */
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import type { StaffViewer } from '@4geeks/billing/access/viewer';
import type { BillingInterval, Price } from '@4geeks/prisma';

import type { TestBilling } from '../testkit/billing.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';

export interface SoakMerchant extends SeededMerchant {
  owner: StaffViewer;
  /** Recurring ones. */
  prices: Price[];
  oneTimePrices: Price[];
  couponCodes: string[];
  customers: SeededCustomer[];
}

/** Without decimals, with two, with three. Accounts are debited in EUR and USD. */
export const currencies = ['JPY', 'EUR', 'KWD', 'USD'] as const;
/** In minor units; none is round. */
const amounts = [1n, 999n, 12_345n] as const;
const intervals: readonly [BillingInterval, number, number][] = [
  ['MONTH', 1, 0],
  ['MONTH', 1, 14],
  ['WEEK', 2, 0],
  ['YEAR', 1, 0],
];

/** What is taxed, where it is: added to prices, contained in them, or not at all. */
type Tax = { ratePpm: number; inclusive: boolean } | null;

export async function populate(t: TestBilling): Promise<SoakMerchant[]> {
  const added = { ratePpm: 88_750, inclusive: false };
  const contained = { ratePpm: 210_000, inclusive: true };
  return [
    await merchantWith(t, { timeZone: 'UTC' }, contained, {}),
    await merchantWith(t, { timeZone: 'America/New_York' }, added, { finalAction: 'MARK_UNPAID' }),
    await merchantWith(t, { timeZone: 'Pacific/Auckland' }, null, {
      finalAction: 'CANCEL_SUBSCRIPTION',
      useBackupMethod: true,
      graceDays: 4,
      attemptCap: 6,
    }),
  ];
}

async function merchantWith(
  t: TestBilling,
  options: { timeZone: string },
  tax: Tax,
  policy: Parameters<typeof updateDunningPolicy>[2],
): Promise<SoakMerchant> {
  const merchant = await t.seed.merchant(options);
  const owner = await merchant.staff();
  await updateDunningPolicy(t.billing, owner, policy);
  if (tax) {
    const { id: taxRateId } = await createTaxRate(t.billing, owner, { name: 'Tax', ...tax });
    await setDefaultTaxRate(t.billing, owner, { taxRateId });
  }
  const product = await createProduct(t.billing, merchant.system, { name: 'Plan' });
  const prices: Price[] = [];
  for (const currency of currencies) {
    for (const [interval, intervalCount, trialDays] of intervals) {
      for (const unitAmountMinor of amounts) {
        prices.push(
          await createPrice(t.billing, merchant.system, {
            productId: product.id,
            currency,
            unitAmountMinor,
            interval,
            intervalCount,
            trialDays,
          }),
        );
      }
    }
  }
  const { system } = merchant;
  const oneTimePrices: Price[] = [];
  for (const currency of currencies) {
    oneTimePrices.push(
      await createPrice(t.billing, system, {
        productId: product.id,
        type: 'ONE_TIME',
        currency,
        unitAmountMinor: 777n,
      }),
    );
  }
  const coupons: Omit<Parameters<typeof createCoupon>[2], 'code'>[] = [
    { percentOffBps: 1000, duration: 'FOREVER' },
    { percentOffBps: 3333, duration: 'ONCE' },
    { percentOffBps: 5000, duration: 'REPEATING', durationMonths: 3 },
    { percentOffBps: 10_000, duration: 'ONCE', maxRedemptions: 25 },
    { amountOffMinor: 500n, currency: 'EUR', duration: 'FOREVER' },
    { amountOffMinor: 7n, currency: 'JPY', duration: 'REPEATING', durationMonths: 2 },
  ];
  const couponCodes: string[] = [];
  for (const [index, terms] of coupons.entries()) {
    const { code } = await createCoupon(t.billing, owner, { ...terms, code: `SOAK-${index}` });
    couponCodes.push(code);
  }
  const customers = [
    await merchant.customer(),
    await merchant.customer({ card: 'visa_3ds' }),
    await merchant.customer({ account: 'sepa' }),
    await merchant.customer({ card: 'visa_disputed' }),
  ];
  return { ...merchant, owner, prices, oneTimePrices, couponCodes, customers };
}
