/**
 * What integrators' programs would notice: breaking changes since the last release of the schema
 * (`released.graphql`). Each has to be declared in `breaking-changes.json`, with its reason, before it
 * may be merged; docs/api/versioning.md says when that is right.
 */
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';

export interface DeclaredChange {
  /** Kind of change, as the check names it: FIELD_REMOVED. */
  type: string;
  /** Where, as the check names it: Customer.balances. */
  path: string;
  /** Why it is worth breaking programs for, and what they are to use instead. */
  reason: string;
}

export interface BreakingChange {
  type: string;
  path: string;
  message: string;
}

export async function breakingChanges(
  released: GraphQLSchema,
  present: GraphQLSchema,
): Promise<BreakingChange[]> {
  const changes = await diff(released, present);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ type, path = '', message }) => ({ type, path, message }));
}

/** @returns a sentence for each change that is not declared, and for each declaration without one. */
export function complaints(
  changes: readonly BreakingChange[],
  declared: readonly DeclaredChange[],
): string[] {
  const isSame = (left: { type: string; path: string }, right: { type: string; path: string }) =>
    left.type === right.type && left.path === right.path;
  return [
    ...changes
      .filter((change) => !declared.some((each) => isSame(each, change)))
      .map(({ type, path, message }) => `Not declared: ${type} at ${path}. ${message}.`),
    ...declared
      .filter((each) => !changes.some((change) => isSame(each, change)))
      .map(({ type, path }) => `Declared, but nothing of the kind: ${type} at ${path}.`),
    ...declared
      .filter(({ reason }) => reason.trim() === '')
      .map(({ type, path }) => `Declared without a reason: ${type} at ${path}.`),
  ];
}
