/**
 * A merchant's people change one after the other: who is an owner, and whether another is left, is
 * decided under one lock.
 */
import type { StaffMember, StaffRole } from '@4geeks/prisma';
import type { TenantActor } from '../access/rule.ts';
import { scopesOfRole } from '../access/viewer.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/** Everybody who works for the merchant, as of now, and for as long as the transaction lasts. */
export interface LockedStaff {
  members: readonly StaffMember[];
  /** Whether the actor may make owners and unmake them. */
  actsAsOwner: boolean;
}

/**
 * Waits for whoever else is changing the merchant's staff, until the transaction ends. The actor's
 * role is read again: it may have been taken away while the request was on its way.
 *
 * @throws ForbiddenError staff:write, where the actor may not do this any more
 */
export async function lockStaff(
  { database }: Pick<BillingTransaction, 'database'>,
  actor: TenantActor,
): Promise<LockedStaff> {
  const { merchantId } = actor;
  await database.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(${`staff:${merchantId}`}, 0))`;
  const members = await database.staffMember.findMany({
    where: { merchantId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  if (actor.kind !== 'staff') return { members, actsAsOwner: actor.kind === 'system' };
  const role = members.find(({ id }) => id === actor.staffMemberId)?.role;
  if (!role || !scopesOfRole[role].includes('staff:write')) throw new ForbiddenError('staff:write');
  return { members, actsAsOwner: role === 'OWNER' };
}

/** @throws NotFoundError staffMember */
export function memberOf({ members }: LockedStaff, id: string): StaffMember {
  const member = members.find((each) => each.id === id);
  if (!member) throw new NotFoundError('staffMember');
  return member;
}

/**
 * Whether somebody may be given a role, or have it taken away.
 *
 * @throws ConflictError OWNER_REQUIRED
 */
export function refuseOwnersToOthers({ actsAsOwner }: LockedStaff, ...roles: StaffRole[]): void {
  if (actsAsOwner || !roles.includes('OWNER')) return;
  throw new ConflictError(
    'OWNER_REQUIRED',
    'Only an owner makes somebody an owner, or changes or removes one: ask an owner.',
  );
}

/** @throws ConflictError LAST_OWNER, where nobody would be left who can do everything */
export function refuseLastOwner({ members }: LockedStaff, { id, role }: StaffMember): void {
  if (role !== 'OWNER') return;
  if (members.some((other) => other.role === 'OWNER' && other.id !== id)) return;
  throw new ConflictError(
    'LAST_OWNER',
    'This is the last owner: make somebody else an owner first.',
  );
}
