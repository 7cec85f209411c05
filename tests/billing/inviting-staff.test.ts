/** Who may invite whom, how often, and for how long it is remembered. */
import type { StaffViewer } from '@4geeks/billing/access/viewer';
import { changeStaffRole } from '@4geeks/billing/merchant/change-staff-role';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import { openInvitation } from '@4geeks/billing/staff-invitation/access';
import { forgetStaffInvitations } from '@4geeks/billing/staff-invitation/forget-staff-invitations';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { resendStaffInvitation } from '@4geeks/billing/staff-invitation/resend-staff-invitation';
import type { StaffRole } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { invitationsBy, newAddress, refused } from '../testkit/invitations.ts';

const t = await testBilling();
const { database } = t.billing;
const merchant = await t.seed.merchant();
const owner = await merchant.staff('OWNER');
const admin = await merchant.staff('ADMIN');
const { accept, invite, revoke } = invitationsBy(t, owner);

describe('whoever invites', () => {
  it('is told of an address that is invited or a member already', async () => {
    const { email, token, invitation } = await invite();
    const again = () =>
      inviteStaffMember(t.billing, admin, { email: email.toUpperCase(), role: 'ADMIN' });
    await expect(again()).rejects.toMatchObject(refused('ALREADY_INVITED'));
    await accept(token);
    await expect(again()).rejects.toMatchObject(refused('ALREADY_STAFF_MEMBER'));
    expect(invitation.role).toBe('SUPPORT');
    await expect(
      inviteStaffMember(t.billing, admin, { email: 'no address', role: 'ADMIN' }),
    ).rejects.toMatchObject({ facts: { field: 'email', reason: 'EMAIL_INVALID' } });
  });

  it('two at a time, for one address, makes one invitation', async () => {
    t.clock.advance({ hours: 1 });
    const email = newAddress();
    const tries = await Promise.allSettled(
      [owner, admin, owner].map((actor) =>
        inviteStaffMember(t.billing, actor, { email, role: 'ANALYST' }),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await t.drain();
  });

  it('as no owner has nothing to do with invitations of owners', async () => {
    t.clock.advance({ hours: 1 });
    const email = newAddress();
    await expect(
      inviteStaffMember(t.billing, admin, { email, role: 'OWNER' }),
    ).rejects.toMatchObject(refused('OWNER_REQUIRED'));
    const { invitation } = await invite({ email, role: 'OWNER' });
    await expect(revoke(invitation, admin)).rejects.toMatchObject(refused('OWNER_REQUIRED'));
    await revoke(invitation);
    await expect(revoke(invitation)).rejects.toMatchObject(refused('INVITATION_REVOKED'));
  });

  it('and may not any more has nobody join, at an address of their own least of all', async () => {
    const team = await t.seed.merchant();
    const first = await team.staff('OWNER');
    const open = async ({ userId }: StaffViewer) =>
      (
        await database.staffInvitation.findMany({
          where: { merchantId: team.id, invitedById: userId, ...openInvitation },
          orderBy: { id: 'asc' },
        })
      ).map(({ role }) => role);
    const inviting = async (actor: StaffViewer, ...roles: StaffRole[]) => {
      for (const role of roles) {
        await inviteStaffMember(t.billing, actor, { email: newAddress(), role });
      }
    };
    const other = await team.staff('OWNER');
    await inviting(first, 'OWNER');
    await inviting(other, 'OWNER', 'ADMIN', 'SUPPORT');
    const change = ({ staffMemberId }: StaffViewer, role: StaffRole) =>
      changeStaffRole(t.billing, first, { staffMemberId, role });
    await change(other, 'ADMIN');
    expect(await open(other)).toEqual(['ADMIN', 'SUPPORT']);
    await change(other, 'ANALYST');
    expect(await open(other)).toEqual([]);

    const leaving = await team.staff('ADMIN');
    await inviting(leaving, 'ADMIN');
    await t.drain();
    await removeStaffMember(t.billing, first, leaving);
    expect(await open(leaving)).toEqual([]);
    expect(await open(first)).toEqual(['OWNER']);
    const revoked = await database.event.count({
      where: { merchantId: team.id, type: 'staff_invitation.revoked' },
    });
    expect(revoked).toBe(4);
  });

  it('of another merchant finds none', async () => {
    const { invitation } = await invite();
    const stranger = await (await t.seed.merchant()).staff('OWNER');
    await expect(revoke(invitation, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('may make 20 within an hour, and mail each again later and later', async () => {
    const busy = await t.seed.merchant();
    const boss = await busy.staff('OWNER');
    const tryOne = () =>
      inviteStaffMember(t.billing, boss, { email: newAddress(), role: 'ANALYST' });
    const first = await tryOne();
    for (let made = 1; made < 20; made += 1) await tryOne();
    t.clock.advance({ minutes: 10 });
    await expect(tryOne()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      facts: { retryAfterSeconds: 50 * 60 },
    });
    const again = () => resendStaffInvitation(t.billing, boss, { staffInvitationId: first.id });
    await again();
    for (const minutes of [5, 15, 60, 60]) {
      await expect(again()).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        facts: { retryAfterSeconds: minutes * 60 },
      });
      t.clock.advance({ minutes });
      await again();
    }
    await t.drain();
  });
});

it('invitations are forgotten 30 days after their links expired', async () => {
  const { invitation } = await invite();
  const exists = () => database.staffInvitation.count({ where: { id: invitation.id } });
  t.clock.advance({ days: 37, seconds: -1 });
  await forgetStaffInvitations(t.billing);
  expect(await exists()).toBe(1);
  t.clock.advance({ seconds: 1 });
  await t.billing.enqueue(database.sql, [{ name: 'forget-staff-invitations', payload: {} }]);
  await t.drain();
  expect(await exists()).toBe(0);
});
