/**
 * How billing is asked for: one code-first GraphQL schema. Reads go through the Pothos Prisma
 * plugin, every change calls a use case of `@4geeks/billing`; nothing here writes.
 *
 * Knows no HTTP: who asks, in which language and how cookies are set comes in as `Context`. A file
 * per noun holds its type, queries, mutations and live subscriptions; `builder.ts` has no types.
 *
 * Terms: an *access rule* stands on every field and says which kinds of viewer may use it; *visible
 * rows* are decided by `<noun>/access.ts` of billing; a *live subscription* answers with the
 * current state at once and again after every change.
 */
export type { Context, LiveNews, LiveTopic, RateLimitedAction, Unsubscribe } from './context.ts';
export {
  refusedKeyError,
  toClientError,
  tooExpensiveError,
  SessionEndedError,
  TooManyLiveError,
} from './client-errors.ts';
export { costLimit, costOfOperation, type OperationCost } from './complexity.ts';
export { execute } from './execute/execute.ts';
export { subscribeLive } from './live/subscribe-live.ts';
export { schema } from './schema.ts';
