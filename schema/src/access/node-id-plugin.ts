/**
 * Global ids without a promise: the Relay plugin's own resolver is asynchronous, and one field that
 * is makes every object around it wait for a turn, a list of a hundred for a hundred.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import { encodeGlobalID } from '@pothos/plugin-relay';
import type { GraphQLFieldResolver } from 'graphql';

const pluginName = 'nodeId';
export default pluginName;

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The field is the global id of its own row. */
    isNodeId?: true;
  }
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      nodeId: NodeIdPlugin<Types>;
    }
  }
}

export class NodeIdPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { extensions, parentType }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (!extensions?.isNodeId) return resolver;
    return (row) => encodeGlobalID(parentType, (row as { id: string }).id);
  }
}

SchemaBuilder.registerPlugin(pluginName, NodeIdPlugin);
