import type { StaffInvitation, StaffMember, Transaction } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { lockStaff } from '../merchant/lock-staff.ts';
import { staffViewerOf } from '../merchant/resolve-staff-member.ts';
import { checkStaffPassword } from '../merchant/staff-password.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { StaffInvitationError } from './errors.ts';
import { findInvitation, refuseEnded } from './find-invitation.ts';

/** A staff user who is signed in, whether or not they work for anybody. */
export interface SignedInStaff {
  userId: string;
  staffSessionId: string;
}

export interface AcceptStaffInvitationInput {
  /** Of the mailed link. */
  token: string;
  /** Of somebody whose address is not known yet: what they are called, and sign in with. */
  name?: string | null;
  password?: string | null;
}

/** A person as they will be kept. */
interface NewAccount {
  name: string;
  passwordHash: string;
}

const longestName = 80;

/**
 * Makes whoever has the link a member of the merchant's staff: once, since two that accept at the same
 * moment meet at its lock. Somebody unknown becomes a staff user, with the address that the mail went
 * to; somebody known has to be signed in with it, and their session is at this merchant from then on.
 *
 * @param signedIn who is; null: nobody.
 * @returns the member, and whether they are a new user, who is to be signed in.
 * @throws StaffInvitationError STAFF_INVITATION_INVALID, _USED, _REVOKED or _EXPIRED
 * @throws ConflictError SIGN_IN_TO_ACCEPT: the address is known; INVITED_SOMEBODY_ELSE: whoever is
 *   signed in has another
 * @throws InvalidInputError NAME_REQUIRED, NAME_TOO_LONG, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG
 */
export async function acceptStaffInvitation(
  billing: Billing,
  signedIn: SignedInStaff | null,
  input: AcceptStaffInvitationInput,
): Promise<{ member: StaffMember; email: string; isNewUser: boolean }> {
  const found = await findInvitation(billing, input.token);
  const { id, merchantId, email } = found;
  const known = await billing.database.staffUser.findUnique({ where: { email } });
  if (known) refuseOthers(known.id, signedIn);
  const account = known ? null : await newAccount(billing, input);

  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, record } = transaction;
    const { members } = await lockStaff(transaction, system);
    await lockRow(database, 'StaffInvitation', { merchantId, id });
    const invitation = await database.staffInvitation.findUniqueOrThrow({ where: { id } });
    const now = billing.clock.now();
    refuseEnded(invitation, now);
    // Another was mailed meanwhile: that one's link is the one that counts.
    if (invitation.tokenHash !== found.tokenHash) {
      throw new StaffInvitationError('STAFF_INVITATION_INVALID');
    }

    const userId = account ? await createUser(database, invitation, account, now) : known!.id;
    await database.staffInvitation.update({ where: { id }, data: { acceptedAt: now } });
    if (!account && signedIn) {
      await database.staffSession.updateMany({
        where: { id: signedIn.staffSessionId, userId },
        data: { merchantId },
      });
    }
    const before = members.find((member) => member.userId === userId);
    if (before) return { member: before, email, isNewUser: false };
    const { role } = invitation;
    const member = await database.staffMember.create({
      data: { merchantId, userId, role, createdAt: now },
    });
    await record(
      {
        merchantId,
        type: 'staff_member.added',
        objectType: 'staff_member',
        objectId: member.id,
        data: { role, staffInvitationId: id },
      },
      staffViewerOf(member),
    );
    return { member, email, isNewUser: account !== null };
  });
}

/** A link alone, forwarded or found, does not get into an account that somebody has. */
function refuseOthers(userId: string, signedIn: SignedInStaff | null): void {
  if (!signedIn) throw signInToAccept();
  if (signedIn.userId === userId) return;
  throw new ConflictError(
    'INVITED_SOMEBODY_ELSE',
    'The invitation is for another address: sign in with the one that it was sent to.',
  );
}

function signInToAccept(): ConflictError {
  return new ConflictError(
    'SIGN_IN_TO_ACCEPT',
    'This address signs in to the console already: sign in with it, then accept.',
  );
}

/** Passwords are hashed at some length, and only for whoever has a link that works. */
async function newAccount(
  billing: Billing,
  input: AcceptStaffInvitationInput,
): Promise<NewAccount> {
  const name = input.name?.trim() ?? '';
  if (name === '') throw new InvalidInputError('name', 'NAME_REQUIRED', 'Say what you are called.');
  if (name.length > longestName) {
    throw new InvalidInputError(
      'name',
      'NAME_TOO_LONG',
      `A name has at most ${longestName} characters.`,
      { max: longestName },
    );
  }
  const password = input.password ?? '';
  checkStaffPassword(password);
  return { name, passwordHash: await billing.hashPassword(password) };
}

/** @returns the user's id. */
async function createUser(
  database: Transaction,
  { email }: StaffInvitation,
  { name, passwordHash }: NewAccount,
  now: Date,
): Promise<string> {
  // Invitations of two merchants may be accepted at the same moment.
  await database.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(${`staff-user:${email}`}, 0))`;
  const meanwhile = await database.staffUser.findUnique({ where: { email } });
  if (meanwhile) throw signInToAccept();
  // The link came by mail: the address is theirs.
  const user = await database.staffUser.create({
    data: { name, email, emailVerified: true, createdAt: now },
  });
  await database.staffAccount.create({
    data: {
      userId: user.id,
      accountId: user.id,
      providerId: 'credential',
      password: passwordHash,
      createdAt: now,
    },
  });
  return user.id;
}
