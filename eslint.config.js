/**
 * Lint rules. Format is Prettier's, imports between packages are dependency-cruiser's, unused
 * exports are knip's: this is about code that runs and does the wrong thing.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    '**/.svelte-kit/',
    '.data/',
    'prisma/src/generated/',
    'web/build/',
    'web/src/lib/gql/',
    'web/src/lib/paraglide/',
  ]),
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, Temporal: 'readonly' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // TypeScript checks names, and knows the globals better.
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      'prefer-const': ['error', { destructuring: 'all' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // Promises nobody waits for lose errors, and here they would lose money: needs type information.
    files: ['{prisma,billing,schema,api}/src/**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // Time, randomness and settings reach the domain through its ports.
    files: ['billing/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Settings are handed in by the api package.' },
        { name: 'fetch', message: 'Other systems are reached through ports.' },
        { name: 'setTimeout', message: 'What happens later is a job.' },
        { name: 'setInterval', message: 'What happens again is a job.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Time is a port: use the clock.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is a port: use the clock.',
        },
        {
          selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
          message: 'Time is a port: use the clock.',
        },
        {
          selector:
            "CallExpression[callee.name='Number'] > MemberExpression[property.name=/Minor$/]",
          message: 'Amounts stay BigInt: a Number loses cents silently.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      // Every address is a function in lib/routes.ts, which resolves it.
      'svelte/no-navigation-without-resolve': 'off',
      // Props are destructured with let, also the ones that never change.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$bindable'] }],
    },
  },
  {
    // Programs whose output is the console.
    files: [
      'api/src/{start,dev}.ts',
      'api/src/start/*.ts',
      'prisma/src/{migrate-new,migrate-engine}.ts',
      'tests/run.ts',
      'tests/testkit/quiet-console.ts',
      'bench/**/*.ts',
      // The last resort of the web app, which has no logger of its own.
      'web/src/hooks.{client,server}.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // Type parameters of a declaration that is merged into Pothos' own must be named like its.
    files: ['schema/src/access/access-plugin.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
  {
    // An empty pattern is how fixtures say "no other fixture".
    files: ['tests/**/*.ts'],
    rules: { 'no-empty-pattern': 'off' },
  },
);
