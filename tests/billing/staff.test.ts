/** A merchant's people: who may make, change and remove whom; and there is always an owner. */
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { changeStaffRole } from '@4geeks/billing/merchant/change-staff-role';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import { resolveStaffMember } from '@4geeks/billing/merchant/resolve-staff-member';
import { switchMerchant } from '@4geeks/billing/merchant/switch-merchant';
import type { Actor, StaffViewer } from '@4geeks/billing/access/viewer';
import type { StaffRole } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const { database } = t.billing;

/** A merchant with one of each role. */
async function team() {
  const merchant = await t.seed.merchant();
  return {
    merchant,
    owner: await merchant.staff('OWNER'),
    admin: await merchant.staff('ADMIN'),
    support: await merchant.staff('SUPPORT'),
  };
}

const change = (actor: Actor, { staffMemberId }: StaffViewer, role: StaffRole) =>
  changeStaffRole(t.billing, actor, { staffMemberId, role });
const remove = (actor: Actor, { staffMemberId }: StaffViewer) =>
  removeStaffMember(t.billing, actor, { staffMemberId });
const ownersOf = (merchantId: string) =>
  database.staffMember.count({ where: { merchantId, role: 'OWNER' } });
const refused = (code: string) => ({ code, message: expect.stringMatching(/: /) });

describe('an administrator', () => {
  it('changes and removes those who are no owners', async () => {
    const { admin, support } = await team();
    expect(await change(admin, support, 'ADMIN')).toMatchObject({ role: 'ADMIN' });
    expect(await change(admin, support, 'ANALYST')).toMatchObject({ role: 'ANALYST' });
    expect(await remove(admin, support)).toMatchObject({ id: support.staffMemberId });
    expect(await resolveStaffMember(t.billing, support)).toBeNull();
    await expect(remove(admin, support)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('neither makes owners nor unmakes them', async () => {
    const { merchant, owner, admin, support } = await team();
    await merchant.staff('OWNER');
    for (const doing of [
      () => change(admin, support, 'OWNER'),
      () => change(admin, admin, 'OWNER'),
      () => change(admin, owner, 'ADMIN'),
      () => remove(admin, owner),
      () => addStaffMember(t.billing, admin, { userId: support.userId, role: 'OWNER' }),
    ]) {
      await expect(doing()).rejects.toMatchObject(refused('OWNER_REQUIRED'));
    }
    expect(await ownersOf(merchant.id)).toBe(2);
  });

  it('whose role was taken away a moment ago does nothing with the old one', async () => {
    const { owner, admin, support } = await team();
    await change(owner, admin, 'ANALYST');
    const forbidden = { code: 'FORBIDDEN', facts: { permission: 'staff:write' } };
    await expect(change(admin, support, 'ADMIN')).rejects.toMatchObject(forbidden);
    await remove(owner, admin);
    await expect(remove(admin, support)).rejects.toMatchObject(forbidden);
  });
});

describe('the last owner', () => {
  it('is neither removed nor made anything else, by nobody', async () => {
    const { merchant, owner } = await team();
    for (const actor of [owner, merchant.system]) {
      await expect(remove(actor, owner)).rejects.toMatchObject(refused('LAST_OWNER'));
      await expect(change(actor, owner, 'ADMIN')).rejects.toMatchObject(refused('LAST_OWNER'));
    }
    expect(await ownersOf(merchant.id)).toBe(1);
  });

  it('may go once there is another', async () => {
    const { merchant, owner, admin } = await team();
    await change(owner, admin, 'OWNER');
    await change(owner, owner, 'SUPPORT');
    expect(await ownersOf(merchant.id)).toBe(1);
    await expect(change(owner, owner, 'OWNER')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is left when two owners unmake each other, or all leave, at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const merchant = await t.seed.merchant();
      const owners = await Promise.all([1, 2, 3].map(() => merchant.staff('OWNER')));
      const [one, two, three] = owners as [StaffViewer, StaffViewer, StaffViewer];
      await Promise.allSettled([
        change(one, two, 'ADMIN'),
        remove(two, three),
        change(three, one, 'ANALYST'),
        ...owners.map((owner) => remove(owner, owner)),
        ...owners.map((owner) => remove(merchant.system, owner)),
      ]);
      expect(await ownersOf(merchant.id)).toBe(1);
    }
  });
});

describe('the staff of another merchant', () => {
  it('does not exist', async () => {
    const [ours, theirs] = [await team(), await team()];
    for (const doing of [
      () => change(ours.owner, theirs.support, 'ADMIN'),
      () => remove(ours.owner, theirs.support),
    ]) {
      await expect(doing()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await resolveStaffMember(t.billing, theirs.support)).toMatchObject({ role: 'SUPPORT' });
  });
});

describe('what happened', () => {
  it('is recorded, with who did it; the same again is nothing', async () => {
    const { merchant, owner, support } = await team();
    await change(owner, support, 'ADMIN');
    await change(owner, support, 'ADMIN');
    await addStaffMember(t.billing, merchant.system, { userId: support.userId, role: 'ADMIN' });
    await expect(
      addStaffMember(t.billing, merchant.system, { userId: support.userId, role: 'SUPPORT' }),
    ).rejects.toMatchObject(refused('ALREADY_STAFF_MEMBER'));
    await remove(owner, support);
    const events = await database.event.findMany({
      where: { objectId: support.staffMemberId },
      orderBy: { sequence: 'asc' },
      select: { type: true, data: true, actorKind: true, actorId: true },
    });
    const byOwner = { actorKind: 'STAFF', actorId: owner.staffMemberId };
    expect(events.slice(1)).toEqual([
      {
        ...byOwner,
        type: 'staff_member.role_changed',
        data: { role: 'ADMIN', previousRole: 'SUPPORT' },
      },
      { ...byOwner, type: 'staff_member.removed', data: { role: 'ADMIN' } },
    ]);
  });
});

describe('somebody who works for two merchants', () => {
  it('is at the first they joined, until their session goes to the other', async () => {
    const [one, two] = [await team(), await t.seed.merchant()];
    const { userId } = one.support;
    await addStaffMember(t.billing, two.system, { userId, role: 'ANALYST' });
    const session = await database.staffSession.create({
      data: { userId, token: `token of ${userId}`, expiresAt: new Date('2100-01-01') },
    });
    const resolve = async () => {
      const { merchantId } = await database.staffSession.findUniqueOrThrow({
        where: { id: session.id },
      });
      return resolveStaffMember(t.billing, { userId, merchantId });
    };
    const goTo = (merchantId: string, staffSessionId = session.id) =>
      switchMerchant(t.billing, one.support, { merchantId, staffSessionId });

    expect(await resolve()).toMatchObject({ merchantId: one.merchant.id, role: 'SUPPORT' });
    await goTo(two.id);
    const there = await resolve();
    expect(there).toMatchObject({ merchantId: two.id, role: 'ANALYST' });
    await remove(two.system, there!);
    expect(await resolve()).toMatchObject({ merchantId: one.merchant.id });

    const elsewhere = await t.seed.merchant();
    await expect(goTo(elsewhere.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Nor is a session of somebody else moved.
    const others = await database.staffSession.create({
      data: {
        userId: one.owner.userId,
        token: 'token of the owner',
        expiresAt: new Date('2100-01-01'),
      },
    });
    await expect(goTo(one.merchant.id, others.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
