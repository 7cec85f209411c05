/** Who there is in a random run: some merchants, their prices, a growing number of customers. */
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import type { StaffViewer } from '@4geeks/billing/access/viewer';
import type { BillingInterval, Price } from '@4geeks/prisma';

import type { TestBilling } from '../testkit/billing.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';

export interface SoakMerchant extends SeededMerchant {
  owner: StaffViewer;
  prices: Price[];
  customers: SeededCustomer[];
}

/** Without decimals, with two, with three. */
const currencies = ['JPY', 'EUR', 'KWD'] as const;
/** In minor units; none is round. */
const amounts = [1n, 999n, 12_345n] as const;
const intervals: readonly [BillingInterval, number, number][] = [
  ['MONTH', 1, 0],
  ['MONTH', 1, 14],
  ['WEEK', 2, 0],
  ['YEAR', 1, 0],
];

export async function populate(t: TestBilling): Promise<SoakMerchant[]> {
  return [
    await merchantWith(t, { timeZone: 'UTC' }, {}),
    await merchantWith(t, { timeZone: 'America/New_York' }, { finalAction: 'MARK_UNPAID' }),
    await merchantWith(
      t,
      { timeZone: 'Pacific/Auckland' },
      { finalAction: 'CANCEL_SUBSCRIPTION', useBackupMethod: true, graceDays: 4, attemptCap: 6 },
    ),
  ];
}

async function merchantWith(
  t: TestBilling,
  options: { timeZone: string },
  policy: Parameters<typeof updateDunningPolicy>[2],
): Promise<SoakMerchant> {
  const merchant = await t.seed.merchant(options);
  const owner = await merchant.staff();
  await updateDunningPolicy(t.billing, owner, policy);
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
  const customers = [await merchant.customer(), await merchant.customer({ card: 'visa_3ds' })];
  return { ...merchant, owner, prices, customers };
}
