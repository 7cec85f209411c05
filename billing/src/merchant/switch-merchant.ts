import type { StaffMember } from '@4geeks/prisma';
import type { StaffViewer } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';

/**
 * Chooses whose staff somebody is in one of their sessions, of the merchants that they work for. What
 * the session has open for the other merchant ends with its next message; nothing is recorded,
 * because nothing happens at either.
 *
 * @returns what they are there.
 * @throws NotFoundError merchant; session, where it has ended
 */
export async function switchMerchant(
  { database }: Pick<Billing, 'database'>,
  { userId }: StaffViewer,
  { merchantId, staffSessionId }: { merchantId: string; staffSessionId: string },
): Promise<StaffMember> {
  const member = await database.staffMember.findUnique({
    where: { merchantId_userId: { merchantId, userId } },
  });
  if (!member) throw new NotFoundError('merchant');
  const { count } = await database.staffSession.updateMany({
    where: { id: staffSessionId, userId },
    data: { merchantId },
  });
  if (count === 0) throw new NotFoundError('session');
  return member;
}
