/**
 * The layout's one-way street, as rules: prisma -> billing -> schema -> api, and a web app that
 * knows the API only through its schema. `pnpm deps:check` fails on a violation.
 */

const serverPackages = '^(prisma|billing|schema|api|tests|bench)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Files that import each other cannot be understood, tested or moved one at a time. ' +
        'Types alone may refer back. The nouns of the GraphQL schema may too, because the graph ' +
        'does: a customer has invoices and an invoice has a customer.',
      severity: 'error',
      from: { pathNot: ['/generated/', '^schema/src/[a-z-]+[.]ts$'] },
      to: {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'], pathNot: '/generated/' },
      },
    },
    {
      name: 'prisma-stands-alone',
      comment: 'How data is kept must not know what it means.',
      severity: 'error',
      from: { path: '^prisma/' },
      to: { path: '^(billing|schema|api|web|tests|bench)/' },
    },
    {
      name: 'billing-knows-only-prisma',
      comment: 'The domain decides what money does; who asks and how it runs change without it.',
      severity: 'error',
      from: { path: '^billing/' },
      to: { path: '^(schema|api|web|tests|bench)/' },
    },
    {
      name: 'schema-knows-no-process',
      comment: 'The same schema serves HTTP, sockets, SSR and tests; only api knows which.',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: '^(api|web|tests|bench)/' },
    },
    {
      name: 'api-imports-no-web-source',
      comment: 'The api serves the built web app as a file; its sources are not a library.',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^(web|tests|bench)/' },
    },
    {
      name: 'web-imports-no-server-code',
      comment:
        'Pages know the API through schema.graphql and generated documents, so that whatever ' +
        'they can do an integrator can do too, and no server code reaches a browser.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: serverPackages },
    },
    {
      name: 'billing-speaks-no-protocol',
      comment:
        'HTTP and GraphQL are ways of asking. The domain is called, and throws BillingError.',
      severity: 'error',
      from: { path: '^billing/' },
      to: {
        path: [
          '^(node:)?(http|https|http2|net|tls|dgram|child_process)$',
          'node_modules/(graphql|graphql-yoga|graphql-ws|ws|@pothos/[^/]+|graphile-worker|pg)/',
        ],
      },
    },
    {
      name: 'billing-reads-no-environment',
      comment:
        'Settings are read once, in api, and handed in through ports. (ESLint forbids the ' +
        'global `process`; this closes the import.)',
      severity: 'error',
      from: { path: '^billing/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(node:)?process$' },
    },
    {
      name: 'schema-speaks-no-transport',
      comment: 'Servers and sockets are the api package.',
      severity: 'error',
      from: { path: '^schema/' },
      to: {
        path: [
          '^(node:)?(http|https|http2|net|tls|child_process)$',
          'node_modules/(graphql-yoga|graphql-ws|ws|graphile-worker|pg)/',
        ],
      },
    },
    {
      name: 'adapters-only-where-wired',
      comment:
        'Everything outside an adapter sees its port. Which adapter is used is decided in one ' +
        'place: the wiring of the app. Seeds know the sandbox, whose test cards they use.',
      severity: 'error',
      from: {
        path: '^api/src/',
        pathNot: ['^api/src/adapters/', '^api/src/(app|server)', '^api/src/seed/', '[.]test[.]ts$'],
      },
      to: { path: '^api/src/adapters/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'start-uses-only-node',
      comment: 'The launcher runs before anything is generated, so it may import nothing that is.',
      severity: 'error',
      from: { path: '^api/src/start/' },
      to: { pathNot: '^api/src/start/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-tests-in-products',
      comment: 'Fixtures and doubles stay out of what runs for merchants.',
      severity: 'error',
      from: { path: '^(prisma|billing|schema|api|web)/', pathNot: '[.]test[.]ts$' },
      to: { path: '[.]test[.]ts$|node_modules/(vitest|fast-check|playwright-core)/' },
    },
    {
      name: 'no-undeclared-packages',
      comment:
        'What a package uses stands in its package.json, or it breaks elsewhere. Only the test ' +
        'runner belongs to the root.',
      severity: 'error',
      from: { path: '^(prisma|billing|schema|api|tests|bench)/', pathNot: '/generated/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/vitest/' },
    },
    {
      name: 'no-broken-imports',
      comment: 'An import that resolves to nothing fails only when that line runs.',
      severity: 'error',
      from: { path: '^(prisma|billing|schema|api|tests|bench)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/generated/'] },
    exclude: { path: ['web/(build|[.]svelte-kit)/', 'web/src/lib/(gql|paraglide)/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.js', '.mjs', '.svelte'],
    },
  },
};
