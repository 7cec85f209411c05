/** When a subscription's trial and first period run: the one reckoning of starting and previewing. */
import type { BillingInterval } from '@4geeks/prisma';
import { InvalidInputError } from '../errors.ts';
import { anchorOnDay } from '../period/anchor-on-day.ts';
import {
  addDays,
  periodAt,
  periodBoundary,
  periodFrom,
  periodIndexAt,
  type BilledPeriod,
} from '../period/period.ts';

/** How a subscription is to start. Absent or null: as its prices say. */
export interface StartOptions {
  /** Days before the first charge; 0: no trial. Absent: the longest trial of the prices. */
  trialDays?: number | null;
  /** Instead of days: when the trial ends. In the future. */
  trialEnd?: Date | null;
  /**
   * Puts period boundaries whole intervals from this instant, before and after it. Absent: they are
   * counted from where the first period begins.
   */
  billingAnchor?: Date | null;
  /** Instead of an instant: the day of the month (1 to 31) that periods begin on. */
  billingDay?: number | null;
  /** With a day, for yearly prices: the month (1 to 12). */
  billingMonth?: number | null;
  /** What the time until the first boundary costs: its share, or nothing. Default PRORATED. */
  untilAnchor?: 'PRORATED' | 'FREE' | null;
}

export interface SubscriptionStart {
  status: 'TRIALING' | 'ACTIVE';
  billingAnchor: Date;
  /** Of the period that runs now; a trial is the one before the first that is billed. */
  periodIndex: number;
  /** Runs from now on: the trial, or the first period. */
  current: { start: Date; end: Date };
  trialEnd: Date | null;
  /** What the first invoice bills; it is issued as this begins. */
  firstPeriod: BilledPeriod;
}

export interface StartTerms {
  interval: BillingInterval;
  intervalCount: number;
  /** The longest trial of the prices. */
  trialDays: number;
  timeZone: string;
}

const longestTrialDays = 730;
const farthestAnchorDays = 3660;

/**
 * Pure. Time until the anchor that is free is a trial, or lengthens it.
 *
 * @throws InvalidInputError TRIAL_INVALID, ANCHOR_INVALID, BILLING_DAY_INVALID, BILLING_MONTH_INVALID
 */
export function planSubscriptionStart(
  terms: StartTerms,
  options: StartOptions,
  now: Date,
): SubscriptionStart {
  const begins = endOfTrial(terms, options, now) ?? now;
  const recurrence = { ...terms, billingAnchor: anchorOf(terms, options, begins) };
  let index = periodIndexAt(recurrence, begins);
  let firstPeriod = periodFrom(recurrence, index, begins);
  if (options.untilAnchor === 'FREE' && firstPeriod.start > firstPeriod.wholeStart) {
    index += 1;
    const whole = periodAt(recurrence, index);
    firstPeriod = { ...whole, wholeStart: whole.start };
  }
  const { billingAnchor } = recurrence;
  return firstPeriod.start > now
    ? {
        status: 'TRIALING',
        billingAnchor,
        periodIndex: index - 1,
        current: { start: now, end: firstPeriod.start },
        trialEnd: firstPeriod.start,
        firstPeriod,
      }
    : {
        status: 'ACTIVE',
        billingAnchor,
        periodIndex: index,
        current: { start: firstPeriod.start, end: firstPeriod.end },
        trialEnd: null,
        firstPeriod,
      };
}

function endOfTrial(
  { trialDays: usual }: StartTerms,
  { trialDays, trialEnd }: StartOptions,
  now: Date,
): Date | null {
  const invalid = (field: string, message: string) =>
    new InvalidInputError(field, 'TRIAL_INVALID', message);
  if (trialEnd) {
    if (trialDays != null) throw invalid('trialEnd', 'Give days or an end, not both.');
    if (trialEnd <= now || trialEnd > addDays(now, longestTrialDays)) {
      throw invalid('trialEnd', `A trial ends in the future, within ${longestTrialDays} days.`);
    }
    return trialEnd;
  }
  const days = trialDays ?? usual;
  if (!Number.isInteger(days) || days < 0 || days > longestTrialDays) {
    throw invalid('trialDays', `A trial lasts 0 to ${longestTrialDays} days.`);
  }
  return days === 0 ? null : addDays(now, days);
}

function anchorOf(
  terms: StartTerms,
  { billingAnchor, billingDay, billingMonth }: StartOptions,
  begins: Date,
): Date {
  const { interval } = terms;
  if (billingMonth != null) {
    const known = Number.isInteger(billingMonth) && billingMonth >= 1 && billingMonth <= 12;
    if (!known || billingDay == null || interval !== 'YEAR') {
      throw new InvalidInputError(
        'billingMonth',
        'BILLING_MONTH_INVALID',
        'A month, 1 to 12, goes with a day and with yearly prices.',
      );
    }
  }
  if (billingDay != null) {
    const known = Number.isInteger(billingDay) && billingDay >= 1 && billingDay <= 31;
    if (!known || billingAnchor || (interval !== 'MONTH' && interval !== 'YEAR')) {
      throw new InvalidInputError(
        'billingDay',
        'BILLING_DAY_INVALID',
        'A day, 1 to 31, goes without an anchor and with monthly or yearly prices.',
      );
    }
    return anchorOnDay(terms, { day: billingDay, month: billingMonth ?? null }, begins);
  }
  if (!billingAnchor) return begins;
  const latest = periodBoundary({ ...terms, billingAnchor: begins }, 1);
  if (billingAnchor > latest || billingAnchor < addDays(begins, -farthestAnchorDays)) {
    throw new InvalidInputError(
      'billingAnchor',
      'ANCHOR_INVALID',
      'An anchor lies at most one period ahead, or ten years back.',
    );
  }
  return billingAnchor;
}
