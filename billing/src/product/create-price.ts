import type { BillingInterval, Price } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

export interface CreatePriceInput {
  productId: string;
  /** ISO 4217. */
  currency: string;
  /** Per unit and period; zero is a free plan. */
  unitAmountMinor: bigint;
  interval: BillingInterval;
  intervalCount?: number;
  /** Days before the first charge. */
  trialDays?: number;
}

/**
 * A recurring price. Prices do not change afterwards: subscriptions keep the terms they began with.
 *
 * @throws NotFoundError product
 * @throws InvalidInputError CURRENCY_INVALID, AMOUNT_NEGATIVE, INTERVAL_COUNT_INVALID, TRIAL_INVALID
 */
export async function createPrice(
  billing: Billing,
  actor: Actor,
  input: CreatePriceInput,
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const { intervalCount = 1, trialDays = 0 } = input;
  if (!Intl.supportedValuesOf('currency').includes(input.currency)) {
    throw new InvalidInputError(
      'currency',
      'CURRENCY_INVALID',
      'Use an ISO 4217 code such as EUR.',
    );
  }
  if (input.unitAmountMinor < 0n) {
    throw new InvalidInputError(
      'unitAmountMinor',
      'AMOUNT_NEGATIVE',
      'A price cannot be negative.',
    );
  }
  if (!Number.isInteger(intervalCount) || intervalCount < 1 || intervalCount > 1000) {
    throw new InvalidInputError('intervalCount', 'INTERVAL_COUNT_INVALID', 'Use 1 to 1000.');
  }
  if (!Number.isInteger(trialDays) || trialDays < 0 || trialDays > 730) {
    throw new InvalidInputError('trialDays', 'TRIAL_INVALID', 'A trial lasts 0 to 730 days.');
  }

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const product = await database.product.findUnique({
      where: { merchantId_id: { merchantId, id: input.productId } },
    });
    if (!product) throw new NotFoundError('product');
    const price = await database.price.create({
      data: {
        merchantId,
        productId: product.id,
        type: 'RECURRING',
        currency: input.currency,
        unitAmountMinor: input.unitAmountMinor,
        interval: input.interval,
        intervalCount,
        trialDays,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      type: 'price.created',
      objectType: 'price',
      objectId: price.id,
      data: { currency: price.currency, unitAmountMinor: price.unitAmountMinor.toString() },
    });
    return price;
  });
}
