import { Prisma, type Coupon, type CouponDuration } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { largestAmountMinor } from '../money/largest-amount.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { couponCode } from './coupon-code.ts';

export interface CreateCouponInput {
  /** Letters, digits, - and _; kept in upper case. Unique per merchant, archived ones included. */
  code: string;
  /** As printed on invoices. Absent: the code. */
  name?: string | null;
  /** Basis points, 1 to 10000: 2500 = 25 %. Either this or an amount. */
  percentOffBps?: number | null;
  amountOffMinor?: bigint | null;
  /** Of the amount: only invoices in it are reduced. */
  currency?: string | null;
  duration: CouponDuration;
  /** Months from when it is applied, 1 to 120; of REPEATING, and only of that. */
  durationMonths?: number | null;
  /** How often it may be redeemed, by all customers together. Absent: any number of times. */
  maxRedemptions?: number | null;
  /** Until when it may be redeemed. In the future. Absent: for ever. */
  redeemBy?: Date | null;
}

/**
 * A coupon's terms do not change: who redeemed it keeps what it promised.
 *
 * @throws InvalidInputError CODE_INVALID, NAME_INVALID, PERCENT_INVALID, AMOUNT_INVALID,
 *   CURRENCY_INVALID, DURATION_INVALID, MAX_REDEMPTIONS_INVALID, REDEEM_BY_PAST
 * @throws ConflictError COUPON_CODE_TAKEN
 */
export async function createCoupon(
  billing: Billing,
  actor: Actor,
  input: CreateCouponInput,
): Promise<Coupon> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const terms = checkTerms(input);

  try {
    return await inTransaction(billing, actor, async ({ database, now, record }) => {
      if (input.redeemBy && input.redeemBy <= now) {
        throw new InvalidInputError('redeemBy', 'REDEEM_BY_PAST', 'That time has passed.');
      }
      const coupon = await database.coupon.create({
        data: { ...terms, merchantId, redeemBy: input.redeemBy ?? null, createdAt: now },
      });
      await record({
        merchantId,
        type: 'coupon.created',
        objectType: 'coupon',
        objectId: coupon.id,
        data: { code: coupon.code, name: coupon.name },
      });
      return coupon;
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
      throw new ConflictError('COUPON_CODE_TAKEN', 'A coupon has this code already.');
    }
    throw error;
  }
}

function checkTerms(input: CreateCouponInput) {
  const { duration } = input;
  const code = couponCode(input.code);
  if (code === null) {
    throw new InvalidInputError('code', 'CODE_INVALID', 'Use 3 to 40 letters, digits, - and _.');
  }
  const name = input.name?.trim() || code;
  if (name.length > 100) {
    throw new InvalidInputError('name', 'NAME_INVALID', 'A name has up to 100 characters.');
  }
  const durationMonths = input.durationMonths ?? null;
  if (duration === 'REPEATING' ? !isWhole(durationMonths, 120) : durationMonths !== null) {
    throw new InvalidInputError(
      'durationMonths',
      'DURATION_INVALID',
      'REPEATING lasts 1 to 120 months; the others have none.',
    );
  }
  const maxRedemptions = input.maxRedemptions ?? null;
  if (maxRedemptions !== null && !isWhole(maxRedemptions, 1_000_000_000)) {
    throw new InvalidInputError('maxRedemptions', 'MAX_REDEMPTIONS_INVALID', 'At least one.');
  }
  return { code, name, ...checkSize(input), duration, durationMonths, maxRedemptions };
}

function checkSize({ percentOffBps, amountOffMinor, currency }: CreateCouponInput) {
  if ((percentOffBps == null) === (amountOffMinor == null)) {
    throw new InvalidInputError('percentOffBps', 'PERCENT_INVALID', 'Either percent or amount.');
  }
  if (percentOffBps != null) {
    if (!isWhole(percentOffBps, 10_000)) {
      throw new InvalidInputError('percentOffBps', 'PERCENT_INVALID', 'Use 1 to 10000.');
    }
    if (currency != null) {
      throw new InvalidInputError('currency', 'CURRENCY_INVALID', 'A percent has no currency.');
    }
    return { percentOffBps, amountOffMinor: null, currency: null };
  }
  const amount = amountOffMinor ?? 0n;
  if (amount < 1n || amount > largestAmountMinor) {
    throw new InvalidInputError('amountOffMinor', 'AMOUNT_INVALID', 'Use an amount above zero.');
  }
  if (currency == null || !Intl.supportedValuesOf('currency').includes(currency)) {
    throw new InvalidInputError(
      'currency',
      'CURRENCY_INVALID',
      'Use an ISO 4217 code such as EUR.',
    );
  }
  return { percentOffBps: null, amountOffMinor: amount, currency };
}

function isWhole(number: number | null, most: number): boolean {
  return number !== null && Number.isInteger(number) && number >= 1 && number <= most;
}
