/**
 * Sweeps look for what is due. Those that everybody shares go by the wall clock and leave merchants
 * with a test clock alone; a test clock that goes on sweeps for its merchant alone.
 */
import type { Prisma } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { billingTime } from './billing-time.ts';

/** Whose due work a sweep takes up, and by which time it is due. */
export interface DueScope {
  now: Date;
  /** Condition on rows that belong to a customer. */
  owner: { merchantId: string } | { customer: { merchant: { testClockNow: null } } };
}

/** @param merchantId absent: everybody who goes by the wall clock. */
export async function dueScope(billing: Billing, merchantId?: string): Promise<DueScope> {
  return merchantId === undefined
    ? { now: billing.clock.now(), owner: { customer: { merchant: { testClockNow: null } } } }
    : { now: await billingTime(billing, merchantId), owner: { merchantId } };
}

/**
 * How long an answer has been waited for cannot be told by a clock that stands still: what is in
 * flight under a test clock is asked about whenever something is, and loses nothing by it.
 */
export const hasTestClock = {
  merchant: { testClockNow: { not: null } },
} satisfies Prisma.CustomerWhereInput;
