import { Prisma } from '@4geeks/prisma';

/** Subscriptions that go on being charged to their customer's payment methods. */
export const subscriptionsChargedTo = {
  endedAt: null,
  cancelAtPeriodEnd: false,
} as const satisfies Prisma.SubscriptionWhereInput;

/** The same in SQL, of the table `subscription`. */
export const areChargedTo = Prisma.sql`
  subscription."endedAt" IS NULL AND NOT subscription."cancelAtPeriodEnd"`;
