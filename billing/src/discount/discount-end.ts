import type { Coupon } from '@4geeks/prisma';
import { periodBoundary } from '../period/period.ts';

/**
 * When a discount ends by time: calendar months from `now` on, counted as periods are, so that three
 * months begun with a subscription are its first three monthly invoices.
 *
 * @returns null: not by time.
 */
export function discountEnd(
  { duration, durationMonths }: Pick<Coupon, 'duration' | 'durationMonths'>,
  timeZone: string,
  now: Date,
): Date | null {
  if (duration !== 'REPEATING' || durationMonths === null) return null;
  const months = { interval: 'MONTH', intervalCount: durationMonths, billingAnchor: now } as const;
  return periodBoundary({ ...months, timeZone }, 1);
}
