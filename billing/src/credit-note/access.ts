/** The credit notes a viewer may see: those of the invoices they may. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { invoicesVisibleTo } from '../invoice/access.ts';

export function creditNotesVisibleTo(viewer: Viewer): Prisma.CreditNoteWhereInput {
  return { invoice: invoicesVisibleTo(viewer) };
}
