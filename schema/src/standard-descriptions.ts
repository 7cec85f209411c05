/**
 * Descriptions of what is made to one pattern: what a mutation takes and answers, ids of other
 * objects, counts of lists. Everything else describes itself; a test finds what does not.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type PothosTypeConfig,
  type SchemaTypes,
} from '@pothos/core';

const pluginName = 'standardDescriptions';
export default pluginName;

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      standardDescriptions: StandardDescriptionsPlugin<Types>;
    }
  }
}

class StandardDescriptionsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    const field = /^(.+)(Input|Result)$/.exec(config.name);
    if (config.description || !field) return config;
    const [, name = '', kind] = field;
    const operation = `\`${name.charAt(0).toLowerCase()}${name.slice(1)}\``;
    return {
      ...config,
      description:
        kind === 'Input'
          ? `What ${operation} takes.`
          : `What ${operation} answers: how it came out, or the rule that was broken.`,
    };
  }

  override onOutputFieldConfig(
    config: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    if (config.description || config.name !== 'totalCount') return config;
    return {
      ...config,
      description: 'How many there are on all pages. Counted anew: ask where it is shown.',
    };
  }

  override onInputFieldConfig(
    config: PothosInputFieldConfig<Types>,
  ): PothosInputFieldConfig<Types> {
    if (config.description) return config;
    if (config.name === 'input') return { ...config, description: 'All that it takes, by name.' };
    const noun = /^(.+)Id$/.exec(config.name)?.[1];
    if (!noun) return config;
    const words = noun.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return { ...config, description: `Global id of the ${words}.` };
  }
}

SchemaBuilder.registerPlugin(pluginName, StandardDescriptionsPlugin);
