/**
 * Typed documents for the web app, from the committed `schema/schema.graphql`.
 * Documents live in `web/src/lib/<noun>/*.graphql`; pages import the
 * generated constants from `#lib/gql/graphql.ts`.
 */
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'web/src/lib/**/*.graphql',
  ignoreNoDocuments: true,
  generates: {
    'web/src/lib/gql/': {
      preset: 'client',
      // The server answers to a document's hash; see api/src/http/known-documents.ts.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        importExtension: '.ts',
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: {
          DateTime: 'string',
          URL: 'string',
          HexColorCode: 'string',
          EmailAddress: 'string',
          SafeInt: 'number',
          Currency: 'string',
          JSONObject: 'Record<string, unknown>',
          File: 'File',
        },
      },
    },
  },
};

export default config;
