/**
 * What an operation does, worked out once a document: which fields each type is asked for, their
 * resolvers, the arguments that no variable decides. Executing it again only follows the plan.
 */
import {
  defaultFieldResolver,
  getArgumentValues,
  getDirectiveValues,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';
import { completerOf, type Complete } from './complete.ts';

export interface FieldPlan {
  /** In the answer. */
  key: string;
  parentType: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
  resolve: GraphQLFieldResolver<unknown, unknown>;
  /** Null: variables decide, so they are another for every request. */
  args: Readonly<Record<string, unknown>> | null;
  complete: Complete;
  /** What is asked of the objects that it leads to. */
  selection: Selection;
}

export interface OperationPlan {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Whether anything in the document asks how a page stands in its list. */
  asksForPageInfo: boolean;
  root: Selection;
}

/** What is asked of an object; of which type shows only when there is one. */
export class Selection {
  readonly #plan: OperationPlan;
  readonly #conditions: VariableValues;
  readonly #sets: readonly SelectionSetNode[];
  readonly #fields = new Map<GraphQLObjectType, readonly FieldPlan[]>();

  /** @param conditions variables of `@skip` and `@include`, the same wherever this plan is used */
  constructor(plan: OperationPlan, conditions: VariableValues, sets: readonly SelectionSetNode[]) {
    this.#plan = plan;
    this.#conditions = conditions;
    this.#sets = sets;
  }

  of(type: GraphQLObjectType): readonly FieldPlan[] {
    const known = this.#fields.get(type);
    if (known) return known;
    const nodes = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const set of this.#sets) this.#collect(type, set, nodes, seen);
    const fields: FieldPlan[] = [];
    for (const [key, same] of nodes) {
      const planned = this.#planField(type, key, same);
      if (planned) fields.push(planned);
    }
    this.#fields.set(type, fields);
    return fields;
  }

  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    nodes: Map<string, FieldNode[]>,
    seen: Set<string>,
  ): void {
    for (const node of selections) {
      if (!this.#isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const same = nodes.get(key);
        if (same) same.push(node);
        else nodes.set(key, [node]);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (seen.has(node.name.value)) continue;
        seen.add(node.name.value);
      }
      const fragment =
        node.kind === Kind.FRAGMENT_SPREAD ? this.#plan.fragments[node.name.value] : node;
      if (fragment && this.#isAbout(type, fragment.typeCondition?.name.value)) {
        this.#collect(type, fragment.selectionSet, nodes, seen);
      }
    }
  }

  #isIncluded(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    return (
      getDirectiveValues(GraphQLSkipDirective, node, this.#conditions)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, this.#conditions)?.if !== false
    );
  }

  #isAbout(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const { schema } = this.#plan;
    const named = schema.getType(condition);
    return isAbstractType(named) && schema.isSubType(named, type);
  }

  #planField(
    parentType: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
  ): FieldPlan | null {
    const [node] = nodes;
    const field = node && this.#plan.schema.getField(parentType, node.name.value);
    // Validation has refused what does not exist.
    if (!field) return null;
    return {
      key,
      parentType,
      field,
      nodes,
      resolve: field.resolve ?? defaultFieldResolver,
      args: usesVariables(node) ? null : Object.freeze(getArgumentValues(field, node)),
      complete: completerOf(field.type),
      selection: new Selection(
        this.#plan,
        this.#conditions,
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      ),
    };
  }
}

/** In the arguments of the field itself. */
function usesVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, { Variable: () => void (found = true) });
  }
  return found;
}

/** An operation of a document, with a plan for every combination of its conditions. */
class PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly #schema: GraphQLSchema;
  readonly #fragments: Record<string, FragmentDefinitionNode>;
  /** Names of the variables that `@skip` and `@include` ask. */
  readonly #conditions: readonly string[];
  readonly #asksForPageInfo: boolean;
  readonly #plans = new Map<string, OperationPlan>();

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.operation = operation;
    this.#schema = schema;
    this.#fragments = Object.fromEntries(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((definition) => [definition.name.value, definition]),
    );
    this.#conditions = conditionsIn(document);
    this.#asksForPageInfo = hasField(document, 'pageInfo');
  }

  planFor({ coerced, sources }: VariableValues): OperationPlan {
    const key = this.#conditions.map((name) => String(coerced[name])).join();
    const known = this.#plans.get(key);
    if (known) return known;
    // Other variables are not kept: they are somebody's.
    const pick = <Value>(values: Readonly<Record<string, Value>>) =>
      Object.fromEntries(
        this.#conditions.filter((name) => name in values).map((name) => [name, values[name]]),
      ) as Record<string, Value>;
    const conditions = { coerced: pick(coerced), sources: pick(sources) };
    const plan: OperationPlan = {
      schema: this.#schema,
      operation: this.operation,
      fragments: this.#fragments,
      asksForPageInfo: this.#asksForPageInfo,
      root: undefined as never,
    };
    plan.root = new Selection(plan, conditions, [this.operation.selectionSet]);
    if (this.#plans.size < mostPlans) this.#plans.set(key, plan);
    return plan;
  }
}

/** Of one operation; combinations beyond are worked out again each time. */
const mostPlans = 16;

function conditionsIn(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      visit(node, { Variable: ({ name }) => void names.add(name.value) });
    },
  });
  return [...names];
}

function hasField(document: DocumentNode, name: string): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      if (node.name.value === name) found = true;
    },
  });
  return found;
}

/** As long as whoever parsed a document keeps it. */
const prepared = new WeakMap<DocumentNode, Map<string, PreparedOperation>>();

/** @throws GraphQLError when `document` has no such operation, or several and none is named */
export function prepareOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): PreparedOperation {
  const ofDocument = prepared.get(document) ?? new Map<string, PreparedOperation>();
  prepared.set(document, ofDocument);
  const name = operationName ?? '';
  const known = ofDocument.get(name);
  if (known) return known;
  const operation = findOperation(document, operationName);
  const made = new PreparedOperation(schema, document, operation);
  ofDocument.set(name, made);
  return made;
}

function findOperation(
  { definitions }: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode {
  const operations = definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operationName != null) {
    const named = operations.find(({ name }) => name?.value === operationName);
    if (named) return named;
    throw new GraphQLError(`Unknown operation named "${operationName}".`);
  }
  const [only, another] = operations;
  if (!only) throw new GraphQLError('Must provide an operation.');
  if (another) {
    throw new GraphQLError('Must provide operation name if query contains multiple operations.');
  }
  return only;
}
