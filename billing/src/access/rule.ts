/**
 * A rule says which kinds of viewer may use something. `schema` states one per field, use cases
 * state one each; both are decided here.
 */
import { ForbiddenError } from '../errors.ts';
import type { Actor, CustomerViewer, PortalPermission, Scope, SessionGrant } from './viewer.ts';

export interface AccessRule {
  /** Scope a staff role must include; `true`: any signed-in staff. Absent: no staff. */
  staff?: Scope | true;
  /** Scope an API key must include; `true`: any valid key. Absent: no key. */
  apiKey?: Scope | true;
  /**
   * Permission the merchant must have switched on, or what the customer's session must bring with
   * it; `true`: any signed-in customer. Absent: none.
   */
  portal?: PortalPermission | SessionGrant | true;
  /** `true`: nobody needs to sign in. */
  anonymous?: true;
}

/** @returns null when `actor` may, else the name of what is missing. */
export function missingPermission(actor: Actor, rule: AccessRule): string | null {
  switch (actor.kind) {
    case 'system':
      return null;
    case 'anonymous':
      return rule.anonymous ? null : 'SIGN_IN';
    case 'staff':
      if (rule.staff === true || (rule.anonymous && rule.staff === undefined)) return null;
      if (rule.staff === undefined) return 'NOT_FOR_STAFF';
      return actor.scopes.has(rule.staff) ? null : rule.staff;
    case 'apiKey':
      if (rule.apiKey === true || (rule.anonymous && rule.apiKey === undefined)) return null;
      if (rule.apiKey === undefined) return 'NOT_FOR_API_KEYS';
      return actor.scopes.has(rule.apiKey) ? null : rule.apiKey;
    case 'customer':
      if (rule.portal === true || (rule.anonymous && rule.portal === undefined)) return null;
      if (rule.portal === undefined) return 'NOT_FOR_CUSTOMERS';
      return customerHas(actor, rule.portal) ? null : rule.portal;
  }
}

function customerHas(
  { permissions, grants }: CustomerViewer,
  right: PortalPermission | SessionGrant,
): boolean {
  return (permissions as ReadonlySet<string>).has(right) || grants.has(right as SessionGrant);
}

/** Actors that belong to one merchant. */
export type TenantActor = Exclude<Actor, { kind: 'anonymous' }>;

/**
 * The first line of a use case.
 * @throws ForbiddenError naming the missing permission.
 */
export function authorize(actor: Actor, rule: AccessRule): asserts actor is TenantActor {
  const missing = missingPermission(actor, rule);
  if (missing !== null || actor.kind === 'anonymous')
    throw new ForbiddenError(missing ?? 'SIGN_IN');
}
