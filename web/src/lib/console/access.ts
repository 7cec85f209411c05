import type { StaffRole } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

const roles: Record<StaffRole, () => string> = {
  OWNER: m.console_role_owner,
  ADMIN: m.console_role_admin,
  SUPPORT: m.console_role_support,
  ANALYST: m.console_role_analyst,
};

/** What the shell's layout knows about whoever is signed in. */
export type StaffData = { scopes: readonly string[]; staffMember: { role: StaffRole } };

export function roleText(role: StaffRole): string {
  return roles[role]();
}

/**
 * Why somebody may not do something, in a sentence that stands beside the disabled control;
 * undefined when they may. The API decides again.
 */
export function closedBecause(
  { scopes, staffMember }: StaffData,
  scope: string,
): string | undefined {
  if (scopes.includes(scope)) return undefined;
  return m.console_not_your_role({ role: roleText(staffMember.role) });
}
