/** The refunds a viewer may see: those of the payments they may. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { paymentsVisibleTo } from '../payment/access.ts';

export function refundsVisibleTo(viewer: Viewer): Prisma.RefundWhereInput {
  return { payment: paymentsVisibleTo(viewer) };
}
