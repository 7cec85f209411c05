/** The invitations a viewer may see: staff, those of their merchant. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

/** Neither accepted nor revoked; its link may have expired. */
export const openInvitation = { acceptedAt: null, revokedAt: null } as const;

export function staffInvitationsVisibleTo(viewer: Viewer): Prisma.StaffInvitationWhereInput {
  return viewer.kind === 'staff' ? { merchantId: viewer.merchantId } : nothing;
}
