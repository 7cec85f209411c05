/**
 * What `after` and `before` may be. A cursor says of what type its value is, and one that was made up
 * may say anything: the client would refuse it as a mistake of ours. Each of ours is the id of a row.
 */
import SchemaBuilder, {
  BasePlugin,
  PothosValidationError,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import { parsePrismaCursor } from '@pothos/plugin-prisma';
import type { GraphQLFieldResolver } from 'graphql';

const pluginName = 'cursors';
export default pluginName;

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      cursors: CursorsPlugin<Types>;
    }
  }
}

interface PageArguments {
  after?: string | null;
  before?: string | null;
}

type Select = (args: PageArguments, ...rest: unknown[]) => unknown;

export class CursorsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  /** Of pages between objects: they are read with the object that they hang on. */
  override onOutputFieldConfig(
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    const select = fieldConfig.extensions?.pothosPrismaSelect as unknown;
    if (typeof select !== 'function' || !('after' in fieldConfig.args)) return fieldConfig;
    const checked: Select = (args, ...rest) => {
      checkCursors(args);
      return (select as Select)(args, ...rest);
    };
    return {
      ...fieldConfig,
      extensions: { ...fieldConfig.extensions, pothosPrismaSelect: checked },
    };
  }

  /** Of all others. */
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { args, extensions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (extensions?.pothosPrismaSelect || !('after' in args && 'before' in args)) return resolve;
    return (parent, given, context, info) => {
      checkCursors(given);
      return resolve(parent, given, context, info);
    };
  }
}

/** @throws PothosValidationError */
function checkCursors({ after, before }: PageArguments): void {
  for (const cursor of [after, before]) {
    if (cursor != null && typeof parsePrismaCursor(cursor) !== 'string') {
      throw new PothosValidationError(`Invalid cursor: ${cursor}`);
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, CursorsPlugin);
