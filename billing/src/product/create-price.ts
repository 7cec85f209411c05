import type { BillingInterval, Price, PriceType } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { largestAmountMinor } from '../money/largest-amount.ts';
import type { Billing } from '../ports.ts';
import { chooseTaxRate } from '../tax/choose-tax-rate.ts';
import { inTransaction } from '../transaction.ts';
import { lockProduct } from './lock-product.ts';
import { checkNickname } from './nickname.ts';
import { priceFacts } from './price-facts.ts';

export interface CreatePriceInput {
  productId: string;
  /** Default RECURRING. A ONE_TIME price has neither interval nor trial. */
  type?: PriceType | null;
  /** ISO 4217, upper case. */
  currency: string;
  /** Per unit, and period where it recurs; zero is a free plan. */
  unitAmountMinor: bigint;
  /** Required where it recurs. */
  interval?: BillingInterval | null;
  /** Intervals in one period, 1 to 1000. Default 1. */
  intervalCount?: number | null;
  /** Days before the first charge. Default 0. */
  trialDays?: number | null;
  /** For staff, among the prices of its product. */
  nickname?: string | null;
  /** What it is taxed by. Absent: the merchant's default. */
  taxRateId?: string | null;
}

/**
 * A price for one unit of a product: paid once, or every period. Prices do not change afterwards:
 * subscriptions keep the terms they began with.
 *
 * @throws NotFoundError product, tax rate
 * @throws InvalidInputError CURRENCY_INVALID, AMOUNT_NEGATIVE, AMOUNT_TOO_LARGE, INTERVAL_REQUIRED,
 *   NOT_RECURRING, INTERVAL_COUNT_INVALID, TRIAL_INVALID, TOO_LONG
 * @throws ConflictError PRODUCT_ARCHIVED
 */
export async function createPrice(
  billing: Billing,
  actor: Actor,
  input: CreatePriceInput,
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const { currency, unitAmountMinor } = input;
  checkAmount(currency, unitAmountMinor);
  const recurrence = recurrenceOf(input);
  const nickname = checkNickname(input.nickname);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const product = await lockProduct(transaction, { merchantId, id: input.productId });
    if (product.archivedAt) {
      throw new ConflictError('PRODUCT_ARCHIVED', 'The product is archived.');
    }
    if (input.taxRateId != null) await chooseTaxRate(database, merchantId, input.taxRateId);
    const price = await database.price.create({
      data: {
        ...recurrence,
        merchantId,
        productId: product.id,
        nickname,
        taxRateId: input.taxRateId ?? null,
        currency,
        unitAmountMinor,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      type: 'price.created',
      objectType: 'price',
      objectId: price.id,
      data: priceFacts(price),
    });
    return price;
  });
}

function checkAmount(currency: string, unitAmountMinor: bigint): void {
  if (!Intl.supportedValuesOf('currency').includes(currency)) {
    throw new InvalidInputError(
      'currency',
      'CURRENCY_INVALID',
      'Use an ISO 4217 code such as EUR.',
    );
  }
  const refuse = (reason: string, message: string) =>
    new InvalidInputError('unitAmountMinor', reason, message);
  if (unitAmountMinor < 0n) throw refuse('AMOUNT_NEGATIVE', 'A price cannot be negative.');
  if (unitAmountMinor > largestAmountMinor) {
    throw refuse('AMOUNT_TOO_LARGE', `A price is at most ${largestAmountMinor} minor units.`);
  }
}

function recurrenceOf({
  type,
  interval,
  intervalCount,
  trialDays,
}: CreatePriceInput): Pick<Price, 'type' | 'interval' | 'intervalCount' | 'trialDays'> {
  if (type === 'ONE_TIME') {
    if (interval || intervalCount || trialDays) {
      throw new InvalidInputError(
        'type',
        'NOT_RECURRING',
        'A one-time price has neither interval nor trial.',
      );
    }
    return { type, interval: null, intervalCount: null, trialDays: 0 };
  }
  if (!interval) {
    throw new InvalidInputError('interval', 'INTERVAL_REQUIRED', 'Say how often it recurs.');
  }
  const count = intervalCount ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new InvalidInputError('intervalCount', 'INTERVAL_COUNT_INVALID', 'Use 1 to 1000.');
  }
  const days = trialDays ?? 0;
  if (!Number.isInteger(days) || days < 0 || days > 730) {
    throw new InvalidInputError('trialDays', 'TRIAL_INVALID', 'A trial lasts 0 to 730 days.');
  }
  return { type: 'RECURRING', interval, intervalCount: count, trialDays: days };
}
