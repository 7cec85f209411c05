/**
 * What the `totalCount`s of an operation cost: each is a statement of its own, that goes through all
 * that the filters let through. Beside the other prices, because those multiply whatever stands in a
 * connection by its page, and a count is made once a connection.
 */
import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql';
import type { priceOfField } from './complexity.ts';

const countField = 'totalCount';

/** Points of what is selected: of counts of the connection itself, and of all that is below. */
interface Price {
  here: number;
  below: number;
}

interface Prices {
  priceOfStatement: number;
  priceOfField: typeof priceOfField;
}

/** @param variables that fit the operation */
export function priceOfCounts(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  { priceOfStatement, priceOfField }: Prices,
): number {
  // Names are written as they are: without the word there is none.
  if (document.loc && !document.loc.source.body.includes(countField)) return 0;
  const root = schema.getRootType(operation.operation);
  const { variableValues } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
  );
  if (!root || !variableValues) return 0;
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  /** A fragment is looked at once for each type, however often it is spread. */
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType, Price>>();

  function priceOf(set: SelectionSetNode, type: GraphQLNamedType): Price {
    const before = known.get(set)?.get(type);
    if (before) return before;
    const price = { here: 0, below: 0 };
    // Before it is complete, so that fragments in a ring come to an end; validation refuses them.
    known.set(set, (known.get(set) ?? new Map<GraphQLNamedType, Price>()).set(type, price));
    for (const selection of set.selections) {
      const part = partOf(selection, type);
      price.here += part.here;
      price.below += part.below;
    }
    return price;
  }

  function partOf(
    selection: SelectionSetNode['selections'][number],
    type: GraphQLNamedType,
  ): Price {
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const name = fragment?.typeCondition?.name.value;
      const on = name === undefined ? type : schema.getType(name);
      return fragment && on ? priceOf(fragment.selectionSet, on) : { here: 0, below: 0 };
    }
    if (selection.name.value === countField) return { here: priceOfStatement, below: 0 };
    const hasFields = isObjectType(type) || isInterfaceType(type);
    const field = hasFields ? type.getFields()[selection.name.value] : undefined;
    if (!field || !selection.selectionSet) return { here: 0, below: 0 };
    const { here, below } = priceOf(selection.selectionSet, getNamedType(field.type));
    if (below === 0) return { here: 0, below: here };
    const args = getArgumentValues(field, selection, variableValues);
    const { multiplier } = priceOfField(args, null, field);
    return { here: 0, below: here + multiplier * below };
  }

  const { here, below } = priceOf(operation.selectionSet, root);
  return here + below;
}
