/** The mails a viewer may see: staff, of their merchant. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function emailMessagesVisibleTo(viewer: Viewer): Prisma.EmailMessageWhereInput {
  return viewer.kind === 'staff' ? { merchantId: viewer.merchantId } : nothing;
}
