/** Invitations: one link, for one person, once; and nothing about it to be found anywhere else. */
import { lockStaff } from '@4geeks/billing/merchant/lock-staff';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import {
  acceptStaffInvitation,
  type SignedInStaff,
} from '@4geeks/billing/staff-invitation/accept-staff-invitation';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { readStaffInvitation } from '@4geeks/billing/staff-invitation/read-staff-invitation';
import { sendStaffInvitation } from '@4geeks/billing/staff-invitation/send-staff-invitation';
import { describe, expect, it, vi } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { invitationsBy, newAddress, password, refused } from '../testkit/invitations.ts';

const t = await testBilling();
const { database } = t.billing;
const merchant = await t.seed.merchant({ name: 'Luz & Söhne' });
const owner = await merchant.staff('OWNER');
const admin = await merchant.staff('ADMIN');
const { accept, invite, newest, resend, revoke, tokenFor } = invitationsBy(t, owner);

const acceptAs = (signedIn: SignedInStaff, token: string) =>
  acceptStaffInvitation(t.billing, signedIn, { token });

let sessions = 0;
async function sessionOf(userId: string): Promise<SignedInStaff> {
  const { id } = await database.staffSession.create({
    data: { userId, token: `token ${(sessions += 1)}`, expiresAt: new Date('2100-01-01') },
  });
  return { userId, staffSessionId: id };
}

describe('the mail', () => {
  it.each([
    ['en', 'Join the team of Luz & Söhne', 'Support', '/console/join?locale=en#token='],
    ['es', 'Únase al equipo de Luz & Söhne', 'Soporte', '/console/join?locale=es#token='],
    ['de', 'Einladung in das Team von Luz & Söhne', 'Support', '/console/join?locale=de#token='],
    ['pt', 'Entre na equipe de Luz & Söhne', 'Suporte', '/console/join?locale=pt#token='],
    ['it', 'Entra nel team di Luz & Söhne', 'Assistenza', '/console/join?locale=it#token='],
  ] as const)('in %s says who invites to what', async (locale, subject, role, link) => {
    const { email } = await invite({ locale });
    const mail = (await newest(email))!;
    expect(mail.subject).toContain(subject);
    const inviter = await database.staffUser.findUniqueOrThrow({ where: { id: owner.userId } });
    for (const text of [inviter.name, role, link]) expect(mail.text).toContain(text);
    expect(mail.tag).toBe('staff-invitation');
  });

  it("is in the merchant's language where none is asked for", async () => {
    const { email } = await invite();
    expect((await newest(email))!.subject).toContain('Join the team');
  });

  it('goes out once, however often the job runs', async () => {
    const { invitation, email } = await invite();
    const key = { merchantId: merchant.id, staffInvitationId: invitation.id };
    for (let again = 0; again < 3; again += 1) await sendStaffInvitation(t.billing, key);
    expect(await t.mailbox.mails(email)).toHaveLength(1);
  });

  it('does not go out for an invitation that was revoked before', async () => {
    t.clock.advance({ hours: 1 });
    const email = newAddress();
    await revoke(await inviteStaffMember(t.billing, owner, { email, role: 'ANALYST' }));
    await t.drain();
    expect(await t.mailbox.mails(email)).toEqual([]);
  });
});

describe('somebody unknown', () => {
  it('is told what they are invited to, and becomes a member with name and password', async () => {
    const { token } = await invite({ email: ' New.Person@Example.com ' });
    expect(await readStaffInvitation(t.billing, { token })).toMatchObject({
      merchantName: 'Luz & Söhne',
      email: 'new.person@example.com',
      role: 'SUPPORT',
      hasAccount: false,
    });
    const joined = await accept(token, { name: ' Ada ', password });
    expect(joined).toMatchObject({
      isNewUser: true,
      email: 'new.person@example.com',
      member: { merchantId: merchant.id, role: 'SUPPORT' },
    });
    const user = await database.staffUser.findUniqueOrThrow({
      where: { id: joined.member.userId },
      include: { accounts: true },
    });
    expect(user).toMatchObject({ name: 'Ada', emailVerified: true });
    expect(user.accounts[0]!.password).not.toContain(password);
    const event = await database.event.findFirstOrThrow({ where: { objectId: joined.member.id } });
    expect(event).toMatchObject({ type: 'staff_member.added', actorId: joined.member.id });
  });

  it.each([
    [{ name: ' ', password }, 'NAME_REQUIRED'],
    [{ name: 'x'.repeat(81), password }, 'NAME_TOO_LONG'],
    [{ name: 'Ada', password: 'x'.repeat(11) }, 'PASSWORD_TOO_SHORT'],
    [{ name: 'Ada', password: 'x'.repeat(129) }, 'PASSWORD_TOO_LONG'],
    [{}, 'NAME_REQUIRED'],
  ])('with %o is told what is wrong, and may try again', async (input, reason) => {
    const { token } = await invite();
    const error: unknown = await accept(token, input).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', facts: { reason } });
    expect(JSON.stringify(error)).not.toContain('xxxxx');
    await accept(token);
  });
});

describe('somebody who signs in already', () => {
  it('accepts signed in, with the address that was invited and no other', async () => {
    const elsewhere = await t.seed.merchant();
    const colleague = await elsewhere.staff('ADMIN');
    const { email } = await database.staffUser.findUniqueOrThrow({
      where: { id: colleague.userId },
    });
    const { token } = await invite({ email });
    expect(await readStaffInvitation(t.billing, { token })).toMatchObject({ hasAccount: true });
    await expect(accept(token)).rejects.toMatchObject(refused('SIGN_IN_TO_ACCEPT'));
    const other = await sessionOf(admin.userId);
    await expect(acceptAs(other, token)).rejects.toMatchObject(refused('INVITED_SOMEBODY_ELSE'));

    const session = await sessionOf(colleague.userId);
    const joined = await acceptAs(session, token);
    expect(joined).toMatchObject({ isNewUser: false, member: { merchantId: merchant.id } });
    expect(await database.staffAccount.count({ where: { userId: colleague.userId } })).toBe(0);
    // Their session is at the merchant they have just joined.
    expect(
      await database.staffSession.findUniqueOrThrow({ where: { id: session.staffSessionId } }),
    ).toMatchObject({ merchantId: merchant.id });
    expect(await database.staffMember.count({ where: { userId: colleague.userId } })).toBe(2);
  });

  it('and was removed from everywhere may come back', async () => {
    const { token, email } = await invite();
    const { member } = await accept(token);
    await removeStaffMember(t.billing, owner, { staffMemberId: member.id });
    const again = await invite({ email, role: 'ANALYST' });
    const joined = await acceptAs(await sessionOf(member.userId), again.token);
    expect(joined.member).toMatchObject({ userId: member.userId, role: 'ANALYST' });
  });
});

describe('a link', () => {
  it('lets one person in, once, however many try at the same moment', async () => {
    const { token } = await invite();
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => accept(token)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(accept(token)).rejects.toMatchObject(refused('STAFF_INVITATION_USED'));
    await expect(readStaffInvitation(t.billing, { token })).rejects.toMatchObject({
      code: 'STAFF_INVITATION_USED',
    });
  });

  it('of two merchants for one new address makes one user', async () => {
    const other = await t.seed.merchant();
    const { token, email } = await invite();
    await inviteStaffMember(t.billing, other.system, { email, role: 'OWNER' });
    await t.drain();
    const tokens = [token, await tokenFor(email)];
    const tries = await Promise.allSettled(tokens.map((each) => accept(each)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [refusal] = tries.filter((each) => each.status === 'rejected');
    expect(refusal?.reason).toMatchObject({ code: 'SIGN_IN_TO_ACCEPT' });
    expect(await database.staffUser.count({ where: { email } })).toBe(1);
  });

  it('ends after seven days, and when it is revoked', async () => {
    const late = await invite();
    t.clock.advance({ days: 7 });
    await expect(accept(late.token)).rejects.toMatchObject(refused('STAFF_INVITATION_EXPIRED'));
    const back = await invite();
    await revoke(back.invitation);
    await expect(accept(back.token)).rejects.toMatchObject(refused('STAFF_INVITATION_REVOKED'));
    await expect(accept('none')).rejects.toMatchObject(refused('STAFF_INVITATION_INVALID'));
  });

  it('ends when another is mailed, which works for seven days from then on', async () => {
    const { invitation, email, token } = await invite();
    t.clock.advance({ days: 8 });
    await resend(invitation);
    await expect(accept(token)).rejects.toMatchObject({ code: 'STAFF_INVITATION_INVALID' });
    await t.drain();
    t.clock.advance({ days: 6 });
    const again = await tokenFor(email);
    expect(again).not.toBe(token);
    await expect(accept(token)).rejects.toMatchObject({ code: 'STAFF_INVITATION_INVALID' });
    await accept(again);
    await expect(resend(invitation)).rejects.toMatchObject(refused('INVITATION_ACCEPTED'));
    await expect(revoke(invitation)).rejects.toMatchObject(refused('INVITATION_ACCEPTED'));
  });

  it('lets nobody in who meets the one who mails another', async () => {
    const { invitation, token } = await invite();
    t.clock.advance({ hours: 1 });
    const waiting = (count: number) =>
      vi.waitFor(async () =>
        expect(
          await t.database.sql(
            `select 1 from pg_locks l join pg_database d on d.oid = l.database
             where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`,
          ),
        ).toHaveLength(count),
      );
    const [resent, joined] = await database.$transaction(async (transaction) => {
      await lockStaff({ database: transaction }, merchant.system);
      const resending = resend(invitation);
      await waiting(1);
      const accepting = accept(token).catch((error: unknown) => error);
      await waiting(2);
      return [resending, accepting];
    });
    await resent;
    expect(await joined).toMatchObject({ code: 'STAFF_INVITATION_INVALID' });
    await t.drain();
  });

  it('stands nowhere but in the mail, and neither does the password', async () => {
    const { token } = await invite();
    await accept(token);
    const tables = await t.database.sql<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const having: string[] = [];
    for (const { name } of tables) {
      for (const secret of [token, password]) {
        const rows = await t.database.sql(
          `select 1 from ${name} t where position('${secret}' in t::text) > 0`,
        );
        if (rows.length > 0) having.push(name);
      }
    }
    expect(having).toEqual(['outbox.message']);
    const said = [
      ...t.logLines,
      JSON.stringify(t.published, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ].join('\n');
    for (const secret of [token, password]) expect(said).not.toContain(secret);
  });
});
