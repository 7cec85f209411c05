import type { PaymentStatus } from '@4geeks/prisma';
import { paymentStatusAfter, paymentStatuses } from './payment-changes.ts';

/** Attempts whose end is not known yet; the database allows one per invoice. */
export const inFlightStatuses: ReadonlySet<PaymentStatus> = new Set(
  paymentStatuses.filter((status) => paymentStatusAfter('succeeded', status) !== null),
);
