/**
 * What one operation may cost, how many points a viewer may spend a minute, and how long an answer
 * may take. Over HTTP and WebSocket alike: both run their operations through the same pipeline.
 */
import { RateLimitedError } from '@4geeks/billing/errors';
import { costLimit, costOfOperation, tooExpensiveError, type Context } from '@4geeks/schema';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Allowance, RateLimits } from './rate-limits.ts';

export interface OperationLimitOptions {
  rateLimits: RateLimits;
  /** Whether a document's text is one of our own pages'. */
  isOurs(text: string | undefined): boolean;
  /** An operation is ended after so long. Live subscriptions last; they are not. */
  timeoutMs: number;
}

/** Contexts of the API's server: they know where the request came from. */
export interface PricedContext extends Context {
  /** Tells the client what the operation cost and what is left. Does nothing over WebSocket. */
  onPriced?(points: number, allowance: Allowance | null): void;
  onRateLimited?(retryAfterSeconds: number): void;
  clientAddress?: string;
}

export function operationLimits(options: OperationLimitOptions): Plugin<PricedContext> {
  const { rateLimits, isOurs, timeoutMs } = options;

  /** @returns why the operation is not to be executed; null once it is paid for. */
  async function refusal(args: ExecutionArgs): Promise<readonly GraphQLError[] | null> {
    const { schema, document, operationName, variableValues } = args;
    const context = args.contextValue as PricedContext;
    const cost = costOfOperation(schema, document, operationName, variableValues);
    if (!('complexity' in cost)) return cost;
    const limit = costLimit(context, isOurs(document.loc?.source.body));
    const tooExpensive = tooExpensiveError(cost, limit);
    if (tooExpensive) return [tooExpensive];
    const points = Math.max(1, cost.complexity);
    try {
      const { viewer, clientAddress } = context;
      const allowance = await rateLimits.spend(viewer, clientAddress ?? 'unknown', points);
      context.onPriced?.(points, allowance);
      return null;
    } catch (error) {
      if (!(error instanceof RateLimitedError)) throw error;
      context.onRateLimited?.(Number(error.facts.retryAfterSeconds));
      return [rateLimitedError(error)];
    }
  }

  return {
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const errors = await refusal(args);
      if (errors) return setResultAndStopExecution({ errors });
      setExecuteFn((given: ExecutionArgs) => withinTime(timeoutMs, given, executeFn));
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const errors = await refusal(args);
      if (errors) setResultAndStopExecution({ errors });
    },
  };
}

/** One message of a WebSocket that asks something. @throws GraphQLError */
export async function countRequest(rateLimits: RateLimits, clientAddress: string): Promise<void> {
  try {
    await rateLimits.countRequest(clientAddress);
  } catch (error) {
    throw error instanceof RateLimitedError ? rateLimitedError(error) : error;
  }
}

function rateLimitedError({ message, facts }: RateLimitedError): GraphQLError {
  return new GraphQLError(message, { extensions: { ...facts, code: 'RATE_LIMITED' } });
}

/**
 * Ends execution with `TIMEOUT`: no further resolver is called, and what is still running is not
 * waited for. A change that was begun may yet be made.
 */
async function withinTime<Args extends ExecutionArgs, Result>(
  timeoutMs: number,
  args: Args,
  execute: (args: Args) => Result | Promise<Result>,
): Promise<Result | { errors: GraphQLError[] }> {
  const abort = new AbortController();
  const timedOut = Symbol('timed out');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), timeoutMs);
  });
  try {
    const running = Promise.resolve(execute({ ...args, signal: abort.signal }));
    const result = await Promise.race([running, late]);
    if (result !== timedOut) return result;
    // Nobody waits for it any more, and it is about to be rejected.
    running.catch(() => {});
    abort.abort(new Error('The operation took too long.'));
    return {
      errors: [
        new GraphQLError(
          `The operation took longer than ${timeoutMs / 1000} s and was ended. A change may have been made: look before you ask again.`,
          { extensions: { code: 'TIMEOUT', timeoutMs } },
        ),
      ],
    };
  } finally {
    clearTimeout(timer);
  }
}
