/** What an operation has at hand, and how it picks. */
import type { Billing } from '@4geeks/billing/ports';

import type { TestBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';
import type { Random } from './random.ts';
import type { SoakMerchant } from './world.ts';

export interface Scene {
  t: TestBilling;
  random: Random;
  /** This operation's process: may die, may get no answer. */
  billing: Billing;
  merchant: SoakMerchant;
  customer: SeededCustomer;
}

/** There was nothing to do it with. */
export const idle = Symbol('idle');

export const one = <T>(random: Random, rows: readonly T[]): T | null =>
  rows.length === 0 ? null : random.pick(rows);
