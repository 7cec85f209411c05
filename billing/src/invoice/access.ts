/**
 * The invoices a viewer may see. Customers never see drafts; without VIEW_PAYMENT_HISTORY they see
 * what is still open, because what is owed is never hidden.
 */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { ownedRowsVisibleTo } from '../customer/access.ts';

export function invoicesVisibleTo(viewer: Viewer): Prisma.InvoiceWhereInput {
  const owned = ownedRowsVisibleTo(viewer);
  if (viewer.kind !== 'customer') return owned;
  return {
    ...owned,
    status: viewer.permissions.has('VIEW_PAYMENT_HISTORY') ? { not: 'DRAFT' } : 'OPEN',
  };
}

/**
 * The invoices whose PDF a viewer may download. DOWNLOAD_INVOICES opens every finalized invoice of
 * the customer, with or without the list (VIEW_PAYMENT_HISTORY): links in mails keep working.
 */
export function invoiceDocumentsVisibleTo(viewer: Viewer): Prisma.InvoiceWhereInput {
  const owned = ownedRowsVisibleTo(viewer);
  if (viewer.kind !== 'customer') return { ...owned, status: { not: 'DRAFT' } };
  if (!viewer.permissions.has('DOWNLOAD_INVOICES')) return { id: { in: [] } };
  return { ...owned, status: { not: 'DRAFT' } };
}
