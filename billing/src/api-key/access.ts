/** The API keys a viewer may see: staff those of their merchant. Programs and customers see none. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function apiKeysVisibleTo(viewer: Viewer): Prisma.ApiKeyWhereInput {
  return viewer.kind === 'staff' ? { merchantId: viewer.merchantId } : nothing;
}
