/**
 * Lint of the GraphQL schema and of the web app's documents: the recommended and the Relay rules of
 * @graphql-eslint, each exception with its reason. A package of its own, because the plugin needs
 * graphql 16 beside it and everything else runs on 17. Run from the root: `pnpm run lint:graphql`.
 */
import graphql from '@graphql-eslint/eslint-plugin';

const schema = 'schema/schema.graphql';
const documents = 'web/src/lib/**/*.graphql';

const namesIn = (config) => graphql.configs[config].rules['@graphql-eslint/naming-convention'][1];

/** `Subscription` is what customers buy: the operation type is called `LiveSubscription`. */
const { 'FieldDefinition[parent.name.value=Subscription]': liveNames, ...schemaNames } =
  namesIn('flat/schema-recommended');
const { OperationDefinition: operationNames, ...documentNames } = namesIn(
  'flat/operations-recommended',
);

export default [
  {
    files: ['**/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema, documents } },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: [schema],
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/naming-convention': [
        'error',
        {
          ...schemaNames,
          'FieldDefinition[parent.name.value=LiveSubscription]': {
            ...liveNames,
            // `subscriptionChanged` is about one: it does not say what kind of operation it is.
            ignorePattern: '^subscriptionChanged$',
          },
          // Languages are written as everywhere else on the web (ISO 639-1).
          EnumValueDefinition: { style: 'UPPER_CASE', ignorePattern: '^(en|es|de|pt|it)$' },
        },
      ],
      // More than recommended: descriptions are the documentation.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      // Relay wants edges in connections; short lists without pages (lines, items, sums) are plain.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
      // What has an identity is a Node and has an id. The other types are values (amounts, errors,
      // previews): they are read where they stand, and there is nothing to ask for by id.
      '@graphql-eslint/strict-id-in-types': 'off',
      // `Payment.paymentMethod`: a payment method is a noun of its own that begins with another one.
      '@graphql-eslint/no-typename-prefix': 'off',
    },
  },
  {
    files: [documents],
    rules: {
      ...graphql.configs['flat/operations-recommended'].rules,
      '@graphql-eslint/naming-convention': [
        'error',
        {
          ...documentNames,
          // CancelSubscription is a mutation.
          OperationDefinition: {
            ...operationNames,
            forbiddenSuffixes: ['Query', 'Mutation'],
          },
        },
      ],
      // For clients with a normalized cache. Ours keeps none, and asks for the ids that it uses.
      '@graphql-eslint/require-selections': 'off',
    },
  },
];
