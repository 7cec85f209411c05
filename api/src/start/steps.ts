/** What has to be generated or built before the server can run, in order. */

export interface Step {
  /** Completes "Preparing: ...". */
  label: string;
  /** Folder of the package, and its package.json script that does the work. */
  cwd: string;
  script: string;
  /** Files and folders that decide the result, relative to the root. */
  inputs: string[];
  /** Part of the result: the step runs again when one is missing or was changed by hand. */
  outputs: string[];
}

const generatedDocuments = 'web/src/lib/gql/graphql.ts';
const documentsByHash = 'web/src/lib/gql/persisted-documents.json';
/** What sentences are made from. The file that pages import only names them: it stays as it is. */
const sentences = ['web/messages', 'web/project.inlang/settings.json'];

/** Every step also depends on the installed packages (`pnpm-lock.yaml`). */
export const generationSteps: Step[] = [
  {
    label: 'database client',
    cwd: 'prisma',
    script: 'generate',
    inputs: ['prisma/schema.prisma', 'prisma/prisma.config.ts', 'prisma/src/generate.ts'],
    outputs: ['prisma/src/generated/client/client.ts', 'prisma/src/generated/pothos-types.ts'],
  },
  {
    label: 'API schema',
    cwd: 'schema',
    script: 'print',
    inputs: ['prisma/schema.prisma', 'billing/src', 'schema/src'],
    outputs: ['schema/schema.graphql', 'schema/authorization.md'],
  },
  {
    label: 'typed documents',
    cwd: '.',
    script: 'generate:documents',
    inputs: ['codegen.ts', 'schema/schema.graphql', 'web/src'],
    outputs: [generatedDocuments, documentsByHash],
  },
  {
    label: 'translations',
    cwd: 'web',
    script: 'messages',
    inputs: [...sentences, 'web/package.json'],
    outputs: ['web/src/lib/paraglide/messages.js'],
  },
];

export const webBuildStep: Step = {
  label: 'web app (takes a moment)',
  cwd: 'web',
  script: 'build',
  inputs: [
    'web/src',
    'web/static',
    'web/package.json',
    'web/tsconfig.json',
    'web/vite.config.ts',
    generatedDocuments,
    ...sentences,
  ],
  outputs: ['web/build/handler.js'],
};
