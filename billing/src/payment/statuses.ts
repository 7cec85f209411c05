import type { PaymentStatus } from '@4geeks/prisma';

/** Attempts whose end is not known yet; the database allows one per invoice. */
export const inFlightStatuses: ReadonlySet<PaymentStatus> = new Set([
  'PENDING',
  'PROCESSING',
  'REQUIRES_ACTION',
]);
