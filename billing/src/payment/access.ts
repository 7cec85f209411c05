/**
 * The payments a viewer may see. For customers they are the payment history; the newest attempt of
 * an invoice is reached through the invoice and stays visible without it.
 */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing, ownedRowsVisibleTo } from '../customer/access.ts';

export function paymentsVisibleTo(viewer: Viewer): Prisma.PaymentWhereInput {
  if (viewer.kind === 'customer' && !viewer.permissions.has('VIEW_PAYMENT_HISTORY')) return nothing;
  return ownedRowsVisibleTo(viewer);
}
