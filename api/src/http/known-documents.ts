/**
 * The documents of our own pages, by their hash. The web app sends a hash instead of a text; the texts
 * are generated with it (`pnpm generate:documents`). Nothing is learned from clients: whoever else
 * sends a hash that is not among them is told so, and sends the text. So pages that are older or newer
 * than this server go on working.
 */
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KnownDocuments {
  /** @returns the text, or null. */
  find(hash: string): string | null;
  has(text: string | undefined): boolean;
}

const generatedFile = join(
  import.meta.dirname,
  '../../../web/src/lib/gql/persisted-documents.json',
);

/** Without a generated web app (an API alone) there are none. */
export function readKnownDocuments(): KnownDocuments {
  const generated = existsSync(generatedFile) ? readFileSync(generatedFile, 'utf8') : '{}';
  return knownDocuments(JSON.parse(generated) as Record<string, string>);
}

export function knownDocuments(textByHash: Readonly<Record<string, string>>): KnownDocuments {
  const texts = new Map(
    Object.entries(textByHash).map(([hash, text]) => [hash.replace(/^sha256:/, ''), text]),
  );
  const known = new Set(texts.values());
  return {
    find: (hash) => texts.get(hash) ?? null,
    has: (text) => text !== undefined && known.has(text),
  };
}

export function persistedDocuments(documents: KnownDocuments): Plugin {
  const plugin = usePersistedOperations({
    allowArbitraryOperations: true,
    getPersistedOperation: (hash) => documents.find(hash),
    customErrors: { notFound: unknownDocumentError },
  }) as Plugin;
  return {
    ...plugin,
    onParams: (payload) =>
      // With neither text nor hash it is no request at all, which Yoga says better.
      hashIn(payload.params.extensions) === null ? undefined : plugin.onParams?.(payload),
  };
}

function hashIn(extensions: Record<string, unknown> | null | undefined): string | null {
  const asked = extensions?.persistedQuery as { sha256Hash?: unknown } | null | undefined;
  return typeof asked?.sha256Hash === 'string' ? asked.sha256Hash : null;
}

/** The text of what a WebSocket's `subscribe` asks, or the one that its hash stands for. */
export function textOf(
  documents: KnownDocuments,
  payload: { query: string; extensions?: Record<string, unknown> | null },
): string {
  if (payload.query !== '') return payload.query;
  const hash = hashIn(payload.extensions);
  if (hash === null) return '';
  const text = documents.find(hash);
  if (text === null) throw unknownDocumentError();
  return text;
}

/** The message is what clients of automatic persisted queries look for. */
function unknownDocumentError(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' },
  });
}
