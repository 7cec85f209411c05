/**
 * The hash that the server knows a generated document by (SHA-256, hex); undefined for a text of
 * another origin.
 */
export function hashOf(document: { toString(): string }): string | undefined {
  const { hash } = (document as { __meta__?: { hash?: string } }).__meta__ ?? {};
  return hash?.replace(/^sha256:/, '');
}

/** As clients of automatic persisted queries send it. */
export function persistedQuery(sha256Hash: string): { persistedQuery: object } {
  return { persistedQuery: { version: 1, sha256Hash } };
}

/** The server is older or newer than this page: it wants the text. */
export const unknownDocument = 'PERSISTED_DOCUMENT_NOT_FOUND';
