/** The access of a field, and how rules compare. */
import type { AccessRule } from '@4geeks/billing/access/rule';

/** `inherits`: decided by the field that returned the value this field is on. */
export type FieldAccess = AccessRule | 'inherits';

export const viewerKinds = ['staff', 'apiKey', 'portal', 'anonymous'] as const;
export type RuleKind = (typeof viewerKinds)[number];

/** What `rule` asks of one kind of viewer: true is nothing more, undefined is that it may not. */
export function demandOn(rule: AccessRule, kind: RuleKind): string | true | undefined {
  return rule[kind] ?? (rule.anonymous ? true : undefined);
}

/** Open to everybody, signed in or not. */
export function isOpen(access: FieldAccess): boolean {
  return access === 'inherits' || viewerKinds.every((kind) => demandOn(access, kind) === true);
}

/** Whether whoever satisfies `rule` satisfies `other` too. */
export function implies(rule: AccessRule, other: AccessRule): boolean {
  return viewerKinds.every((kind) => {
    const demand = demandOn(rule, kind);
    const demanded = demandOn(other, kind);
    return demand === undefined || demanded === true || demanded === demand;
  });
}
