/**
 * To know whether a page is the last one, one row more than it has is read, with all that is asked of
 * its rows: a sixth of the work where pages of five hang on every row of a list. An operation that
 * never asks for `pageInfo` needs no such row. All pages of an operation are read alike: two fields
 * that differ in this alone could not be read together.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import { asksForPageInfo } from './execute/execute.ts';

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      lastRows: LastRowsPlugin<Types>;
    }
  }
}

type Select = (args: object, context: object, ...rest: unknown[]) => unknown;
type Selected = { select?: Record<string, { take?: number } | undefined> } | null | undefined;

export class LastRowsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(
    fieldConfig: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    const select = fieldConfig.extensions?.pothosPrismaSelect as unknown;
    const { pothosPrismaRelationField: relation } = fieldConfig.extensions as {
      pothosPrismaRelationField?: { name: string };
    };
    if (typeof select !== 'function' || !relation || !('first' in fieldConfig.args)) {
      return fieldConfig;
    }
    const shorter: Select = (args, context, ...rest) => {
      const selected = (select as Select)(args, context, ...rest) as Selected;
      const page = selected?.select?.[relation.name];
      if (!selected || !page?.take || asksForPageInfo(context)) return selected;
      // Backwards it is one less.
      const take = page.take - Math.sign(page.take);
      return { ...selected, select: { ...selected.select, [relation.name]: { ...page, take } } };
    };
    return {
      ...fieldConfig,
      extensions: { ...fieldConfig.extensions, pothosPrismaSelect: shorter },
    };
  }
}

SchemaBuilder.registerPlugin('lastRows', LastRowsPlugin);
