/**
 * Executes operations as GraphQL says, in place of graphql's own `execute`: what can be known of a
 * document is worked out once. `execute.test.ts` compares the two. Why: `docs/decisions/018`.
 */
import {
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type ValidatedSubscriptionArgs,
  type VariableValues,
} from 'graphql';
import { prepareOperation, type OperationPlan } from './plan.ts';
import { isPromise } from './promises.ts';
import { executeFields, executeFieldsInTurn, type Run } from './run.ts';

/** Of a document that is valid: it is not validated here. */
export function execute(
  args: ExecutionArgs & { signal?: AbortSignal },
): ExecutionResult | Promise<ExecutionResult> {
  const { schema, document, operationName, rootValue, contextValue, signal } = args;
  let plan: OperationPlan;
  let variableValues: VariableValues;
  try {
    const prepared = prepareOperation(schema, document, operationName);
    const given = getVariableValues(
      schema,
      prepared.operation.variableDefinitions ?? [],
      args.variableValues ?? {},
      { maxErrors: 50 },
    );
    if (given.errors) return { errors: given.errors };
    ({ variableValues } = given);
    plan = prepared.planFor(variableValues);
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
  return executePlan({ plan, rootValue, contextValue, variableValues, signal });
}

/** A message of a live subscription: its root value is the event. */
export function executeMessage(
  args: Omit<ValidatedSubscriptionArgs, 'externalAbortSignal'>,
): ExecutionResult | Promise<ExecutionResult> {
  const { schema, document, operation, variableValues, rootValue, contextValue } = args;
  const plan = prepareOperation(schema, document, operation.name?.value).planFor(variableValues);
  return executePlan({ plan, rootValue, contextValue, variableValues, signal: undefined });
}

/** What is being done in a context, by the context. */
const plans = new WeakMap<object, OperationPlan>();

/** Whether a client may be told how a page stands in its list; not known: it may. */
export function asksForPageInfo(context: object): boolean {
  return plans.get(context)?.asksForPageInfo ?? true;
}

function executePlan(
  given: Omit<Run, 'errors' | 'args'>,
): ExecutionResult | Promise<ExecutionResult> {
  if (typeof given.contextValue === 'object' && given.contextValue !== null) {
    plans.set(given.contextValue, given.plan);
  }
  const run: Run = { ...given, errors: [], args: new Map() };
  const answer = (data: ExecutionResult['data']): ExecutionResult =>
    run.errors.length > 0 ? { errors: [...run.errors], data } : { data };
  const failed = (error: unknown) => {
    run.errors.push(
      error instanceof GraphQLError
        ? error
        : new GraphQLError('Unexpected error.', { originalError: error as Error }),
    );
    return answer(null);
  };
  try {
    const { schema, operation, root } = run.plan;
    const type = schema.getRootType(operation.operation);
    if (!type) {
      throw new GraphQLError(
        `Schema is not configured to execute ${operation.operation} operation.`,
        { nodes: operation },
      );
    }
    const fields = root.of(type);
    const data =
      operation.operation === OperationTypeNode.MUTATION
        ? executeFieldsInTurn(run, fields, run.rootValue)
        : executeFields(run, fields, run.rootValue, undefined);
    return isPromise(data) ? data.then(answer, failed) : answer(data);
  } catch (error) {
    return failed(error);
  }
}
