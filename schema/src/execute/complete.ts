/** From what a resolver returned to what the answer says, by the type of the field. */
import {
  defaultTypeResolver,
  GraphQLError,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import type { Path } from './path.ts';
import { abandon, isPromise } from './promises.ts';
import { executeFields, failedField, type FieldInfo, type Run } from './run.ts';

/** @returns the answer or a promise of it; throws or rejects when there is none. */
export type Complete = (run: Run, info: FieldInfo, path: Path, value: unknown) => unknown;

const completers = new WeakMap<GraphQLOutputType, Complete>();

export function completerOf(type: GraphQLOutputType): Complete {
  const known = completers.get(type);
  if (known) return known;
  const made = makeCompleter(type);
  completers.set(type, made);
  return made;
}

function makeCompleter(type: GraphQLOutputType): Complete {
  if (isNonNullType(type)) return nonNull(completerOf(type.ofType));
  const completeValue = isListType(type)
    ? list(type.ofType)
    : isLeafType(type)
      ? leaf(type)
      : isObjectType(type)
        ? object(type)
        : abstract(type);
  return (run, info, path, value) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return completeValue(run, info, path, value);
  };
}

function nonNull(complete: Complete): Complete {
  const checked = (value: unknown, { parentType, fieldName }: FieldInfo) => {
    if (value !== null) return value;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);
  };
  return (run, info, path, value) => {
    const completed = complete(run, info, path, value);
    return isPromise(completed)
      ? completed.then((settled) => checked(settled, info))
      : checked(completed, info);
  };
}

function leaf(type: GraphQLLeafType): Complete {
  return (_run, _info, _path, value) => {
    const coerced = type.coerceOutputValue(value);
    if (coerced === null || coerced === undefined) {
      throw new Error(`${type.name} has no way to say this value.`);
    }
    return coerced;
  };
}

function list(itemType: GraphQLOutputType): Complete {
  const completeItem = completerOf(itemType);
  return (run, info, path, value) => {
    const items = asArray(value, info);
    const completed: unknown[] = new Array(items.length);
    let waiting: Promise<void>[] | null = null;
    try {
      for (let index = 0; index < items.length; index += 1) {
        const itemPath = { prev: path, key: index, typename: undefined };
        const failed = (error: unknown) => failedField(run, info, itemPath, itemType, error);
        let item: unknown;
        try {
          const given = items[index];
          item = isPromise(given)
            ? given.then((settled) => completeItem(run, info, itemPath, settled))
            : completeItem(run, info, itemPath, given);
        } catch (error) {
          item = failed(error);
        }
        if (isPromise(item)) {
          (waiting ??= []).push(
            item.then(undefined, failed).then((settled) => void (completed[index] = settled)),
          );
        } else {
          completed[index] = item;
        }
      }
    } catch (error) {
      abandon(waiting);
      // Those that nobody waits for yet, too: one that failed unheard would end the process.
      abandon(items.filter(isPromise));
      throw error;
    }
    return waiting ? Promise.all(waiting).then(() => completed) : completed;
  };
}

function asArray(value: unknown, { parentType, fieldName }: FieldInfo): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    return [...(value as Iterable<unknown>)];
  }
  throw new GraphQLError(
    `Expected Iterable, but did not find one for field "${parentType.name}.${fieldName}".`,
  );
}

function object(type: GraphQLObjectType): Complete {
  const { isTypeOf } = type;
  if (!isTypeOf) {
    return (run, info, path, value) =>
      executeFields(run, info.plan.selection.of(type), value, path);
  }
  return (run, info, path, value) => {
    const is = isTypeOf(value, run.contextValue, info);
    const checked = (really: boolean) => {
      if (!really) throw new GraphQLError(`Expected value of type "${type.name}".`);
      return executeFields(run, info.plan.selection.of(type), value, path);
    };
    return isPromise(is)
      ? is.then(checked as (really: unknown) => unknown)
      : checked(is as boolean);
  };
}

function abstract(type: GraphQLAbstractType): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, info, path, value) => {
    const complete = (name: unknown) => {
      const { schema } = run.plan;
      const runtimeType = typeof name === 'string' ? schema.getType(name) : undefined;
      if (!isObjectType(runtimeType) || !schema.isSubType(type, runtimeType)) {
        throw new GraphQLError(
          `${type.name} has no type ${typeof name === 'string' ? `"${name}"` : 'for this value'}.`,
        );
      }
      return completerOf(runtimeType)(run, info, path, value);
    };
    const name: unknown = resolveType(value, run.contextValue, info, type);
    return isPromise(name) ? name.then(complete) : complete(name);
  };
}
