/** One execution: fields are resolved along the plan, failures become errors and nulls. */
import {
  getArgumentValues,
  isNonNullType,
  locatedError,
  type FieldNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type VariableValues,
} from 'graphql';
import { keysOf, type Path } from './path.ts';
import type { FieldPlan, OperationPlan } from './plan.ts';
import { abandon, isPromise } from './promises.ts';

export interface Run {
  plan: OperationPlan;
  rootValue: unknown;
  contextValue: unknown;
  variableValues: VariableValues;
  /** Once aborted, no further resolver is called. */
  signal: AbortSignal | undefined;
  errors: GraphQLError[];
  /** Arguments that variables decide, once they are known. */
  args: Map<FieldPlan, Readonly<Record<string, unknown>>>;
}

const asyncHelpers: ReturnType<GraphQLResolveInfo['getAsyncHelpers']> = {
  promiseAll: (values) => Promise.all(values),
  track: () => {},
};

/** What a resolver is told of its field. Made for every field of every row, so that it holds little. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly plan: FieldPlan;
  readonly path: Path;
  readonly run: Run;

  constructor(run: Run, plan: FieldPlan, path: Path) {
    this.run = run;
    this.plan = plan;
    this.path = path;
  }

  get fieldName(): string {
    return this.plan.field.name;
  }
  get fieldNodes(): readonly FieldNode[] {
    return this.plan.nodes;
  }
  get returnType(): GraphQLOutputType {
    return this.plan.field.type;
  }
  get parentType(): GraphQLObjectType {
    return this.plan.parentType;
  }
  get schema() {
    return this.run.plan.schema;
  }
  get fragments() {
    return this.run.plan.fragments as GraphQLResolveInfo['fragments'];
  }
  get rootValue(): unknown {
    return this.run.rootValue;
  }
  get operation() {
    return this.run.plan.operation;
  }
  get variableValues(): VariableValues {
    return this.run.variableValues;
  }
  get getAbortSignal() {
    const { signal } = this.run;
    return () => signal;
  }
  get getAsyncHelpers() {
    return () => asyncHelpers;
  }
}

type Fields = Record<string, unknown>;

/** @returns the object that the answer has, or a promise of it. */
export function executeFields(
  run: Run,
  plans: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): Fields | Promise<Fields> {
  const fields: Fields = {};
  let waiting: Promise<void>[] | null = null;
  try {
    for (const plan of plans) {
      const value = executeField(run, plan, source, path);
      // A promise holds the place: fields come in the order asked for.
      set(fields, plan.key, value);
      if (isPromise(value)) {
        (waiting ??= []).push(value.then((settled) => set(fields, plan.key, settled)));
      }
    }
  } catch (error) {
    abandon(waiting);
    throw error;
  }
  return waiting ? Promise.all(waiting).then(() => fields) : fields;
}

/** One field after the other has been done: mutations. */
export async function executeFieldsInTurn(
  run: Run,
  plans: readonly FieldPlan[],
  source: unknown,
): Promise<Fields> {
  const fields: Fields = {};
  for (const plan of plans) {
    set(fields, plan.key, await executeField(run, plan, source, undefined));
  }
  return fields;
}

/** `__proto__` is a name that a client may give. */
function set(fields: Fields, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(fields, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else {
    fields[key] = value;
  }
}

function executeField(
  run: Run,
  plan: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): unknown {
  const path = { prev: parentPath, key: plan.key, typename: plan.parentType.name };
  const info = new FieldInfo(run, plan, path);
  try {
    run.signal?.throwIfAborted();
    const value = plan.resolve(source, plan.args ?? argsOf(run, plan), run.contextValue, info);
    const completed = isPromise(value)
      ? value.then((settled) => plan.complete(run, info, path, settled))
      : plan.complete(run, info, path, value);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) =>
      failedField(run, info, path, plan.field.type, error),
    );
  } catch (error) {
    return failedField(run, info, path, plan.field.type, error);
  }
}

function argsOf(run: Run, plan: FieldPlan): Readonly<Record<string, unknown>> {
  const known = run.args.get(plan);
  if (known) return known;
  const [node] = plan.nodes as [FieldNode];
  const args = Object.freeze(getArgumentValues(plan.field, node, run.variableValues));
  run.args.set(plan, args);
  return args;
}

/**
 * The error is told, and null stands where the value would.
 *
 * @throws GraphQLError where null may not stand: what contains the value has failed too.
 */
export function failedField(
  run: Run,
  { fieldNodes }: FieldInfo,
  path: Path,
  type: GraphQLOutputType,
  error: unknown,
): null {
  const located = locatedError(error, fieldNodes, keysOf(path));
  if (isNonNullType(type)) throw located;
  run.errors.push(located);
  return null;
}
