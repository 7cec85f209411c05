/**
 * Plugins that answer the commonest fields without a detour: a page of lists asks for hundreds of
 * them. What a field returns and who may use it stays as it is.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';

type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The field is the global id of its own row. */
    isNodeId?: true;
  }
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      ownResolvers: OwnResolversPlugin<Types>;
      columns: ColumnsPlugin<Types>;
    }
  }
}

/** Resolvers as they were written, by type and field. */
const ownResolvers = new Map<string, GraphQLFieldResolver<unknown, never, never>>();

const nameOf = ({ parentType, name }: { parentType: string; name: string }) =>
  `${parentType}.${name}`;

/**
 * The innermost plugin: keeps what a field's own resolver is. That of global ids is replaced: the
 * Relay plugin's is asynchronous, and one field that is makes every object around it wait. Names
 * and ids are ASCII, for which `btoa` says the same as the plugin, in half the time.
 */
export class OwnResolversPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: Resolver<Types>,
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): Resolver<Types> {
    const { extensions, parentType } = fieldConfig;
    const own: Resolver<Types> = extensions?.isNodeId
      ? (row) => btoa(`${parentType}:${(row as { id: string }).id}`)
      : resolver;
    ownResolvers.set(nameOf(fieldConfig), own);
    return own;
  }
}

/**
 * Around the Prisma plugin, which finds out for every field of every row whether its selection was
 * loaded, by the field's path. Where all that a field selects is columns, and the row has them, that
 * is known at once. A row that a use case returned has them too, and is not read again.
 */
export class ColumnsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: Resolver<Types>,
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): Resolver<Types> {
    const columns = columnsOf(fieldConfig.extensions?.pothosPrismaSelect);
    const own = ownResolvers.get(nameOf(fieldConfig)) as Resolver<Types> | undefined;
    if (!columns || !own) return resolver;
    return (row, args, context, info) => {
      for (const column of columns) {
        if ((row as Record<string, unknown>)[column] === undefined) {
          return resolver(row, args, context, info);
        }
      }
      return own(row, args, context, info);
    };
  }
}

/** @returns null when something else than columns is selected. */
function columnsOf(select: unknown): string[] | null {
  if (typeof select !== 'object' || select === null) return null;
  const entries = Object.entries(select);
  return entries.length > 0 && entries.every(([, value]) => value === true)
    ? entries.map(([column]) => column)
    : null;
}

SchemaBuilder.registerPlugin('ownResolvers', OwnResolversPlugin);
SchemaBuilder.registerPlugin('columns', ColumnsPlugin);
