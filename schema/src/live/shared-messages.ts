/**
 * Messages that are the same for every listener, made once for all who wait for the same. A field
 * says so with `extensions: { sameForAll: true }`; the build fails unless everything behind it is open
 * to everybody, so that no viewer's rights are in what another one hears.
 */
import {
  type ExecutionResult,
  Kind,
  type OperationDefinitionNode,
  type ValidatedSubscriptionArgs,
} from 'graphql';
import type { Context } from '../context.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** On live subscriptions: what is told depends on the arguments alone, and not on the viewer. */
    sameForAll?: true;
  }
}

/** Counts what happens, for the order of things: news are heard, messages are begun. */
let moment = 0;
export const nextMoment = (): number => (moment += 1);

/** Whoever heard of the same news asks within this time. */
const keptMs = 1000;

interface Made {
  begunAt: number;
  message: Promise<ExecutionResult>;
}

export type Make = () => Promise<ExecutionResult>;

/** By operation: equal documents are parsed once. */
const made = new WeakMap<OperationDefinitionNode, Map<string, Made>>();

/** Whether what `args` subscribe to is the same for all. */
export function isSameForAll({ schema, operation }: ValidatedSubscriptionArgs): boolean {
  const [selection, ...others] = operation.selectionSet.selections;
  if (selection?.kind !== Kind.FIELD || others.length > 0) return false;
  const field = schema.getSubscriptionType()?.getFields()[selection.name.value];
  return field?.extensions.sameForAll === true;
}

/**
 * @param heardAt when the listener heard of what it is to be told; a message begun before that will
 * not do
 * @param make makes the message when there is none yet
 */
export function sharedMessage(
  { operation, rawVariableValues, contextValue }: ValidatedSubscriptionArgs,
  heardAt: number,
  make: Make,
): Promise<ExecutionResult> {
  const ofOperation = made.get(operation) ?? new Map<string, Made>();
  made.set(operation, ofOperation);
  const { locale } = contextValue as Context;
  const key = JSON.stringify([locale, rawVariableValues ?? {}]);
  const last = ofOperation.get(key);
  if (last && last.begunAt > heardAt) return last.message;
  const next: Made = { begunAt: nextMoment(), message: make() };
  ofOperation.set(key, next);
  const forget = () => {
    if (ofOperation.get(key) === next) ofOperation.delete(key);
  };
  next.message.then(() => setTimeout(forget, keptMs).unref(), forget);
  return next.message;
}
