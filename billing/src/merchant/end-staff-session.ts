import type { StaffViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Records that a member of staff signed out. The session itself has ended by then; open sockets of
 * theirs hear of the event, look whether they may still listen, and may not.
 */
export async function endStaffSession(billing: Billing, staff: StaffViewer): Promise<void> {
  const { merchantId, staffMemberId } = staff;
  await inTransaction(billing, staff, ({ record }) =>
    record({
      merchantId,
      type: 'staff_member.signed_out',
      objectType: 'staff_member',
      objectId: staffMemberId,
      data: {},
    }),
  );
}
