import { roleText } from '#lib/console/access.ts';
import type { StaffInvitationStatus, StaffMemberRowFragment, StaffRole } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const hints: Record<StaffRole, () => string> = {
  OWNER: m.console_team_role_owner_hint,
  ADMIN: m.console_team_role_admin_hint,
  SUPPORT: m.console_team_role_support_hint,
  ANALYST: m.console_team_role_analyst_hint,
};

/** The roles that somebody may give, each with what it lets people do. */
export function roleOptions(by: StaffRole): { value: StaffRole; label: string; hint: string }[] {
  return (Object.keys(hints) as StaffRole[])
    .filter((role) => role !== 'OWNER' || by === 'OWNER')
    .map((value) => ({ value, label: roleText(value), hint: hints[value]() }));
}

/**
 * Why a member can be neither changed nor removed, in words for the menu; undefined where they can.
 * The API decides again.
 *
 * @param owners of the merchant, as far as they are known here.
 */
export function closedMember(
  { role }: StaffMemberRowFragment,
  by: StaffRole,
  owners: number,
): string | undefined {
  if (role !== 'OWNER') return undefined;
  if (by !== 'OWNER') return m.console_team_owner_only();
  return owners === 1 ? m.error_last_owner() : undefined;
}

/** Tone and words of an open invitation's status badge. */
export function invitationBadge(status: StaffInvitationStatus): { tone: Tone; label: string } {
  return status === 'EXPIRED'
    ? { tone: 'warning', label: m.console_team_expired() }
    : { tone: 'info', label: m.console_team_pending() };
}
