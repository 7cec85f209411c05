/** The web app sends hashes of its documents; everybody else may send texts. */
import { readFileSync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { costLimit, costOfOperation, schema, type OperationCost } from '@4geeks/schema';
import {
  getNullableType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  parse,
  typeFromAST,
  type GraphQLInputType,
  type NamedTypeNode,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';

import { createApiClient } from '../../web/src/lib/graphql/client.ts';
import {
  PortalBySlugDocument,
  StaffViewerDocument,
  TypedDocumentString,
} from '../../web/src/lib/gql/graphql.ts';
import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const staff = await api.staff(merchant);

const generated = JSON.parse(
  readFileSync(new URL('../../web/src/lib/gql/persisted-documents.json', import.meta.url), 'utf8'),
) as Record<string, string>;

const hashed = (hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hash.replace('sha256:', '') } },
});

async function post(body: object, headers: Record<string, string> = {}) {
  const response = await staff.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const [staffViewerHash] = Object.entries(generated).find(([, text]) =>
  text.includes('query StaffViewer'),
)!;

/**
 * Something for a variable that has to be there; of whole numbers the largest page.
 *
 * @param noun what an `id` is of
 */
function anything(type: GraphQLInputType, name: string, noun: string): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [anything(given.ofType, name, noun)];
  if (isEnumType(given)) return given.getValues()[0]!.name;
  if (isInputObjectType(given)) {
    const fields = Object.values(given.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(
      fields.map((field) => [field.name, anything(field.type, field.name, noun)]),
    );
  }
  const named = name.replace(/Id$/, '');
  const byName: Record<string, unknown> = {
    Int: 100,
    ID: globalId(
      name === 'id' ? noun : `${named[0]!.toUpperCase()}${named.slice(1)}`,
      randomUUID(),
    ),
    Boolean: true,
    BigInt: '1',
    DateTime: '2027-01-01T00:00:00Z',
  };
  return byName[String(given)] ?? 'x';
}

function costOfDocument(text: string, noun = 'Customer'): OperationCost {
  const document = parse(text);
  const variables = (getOperationAST(document)!.variableDefinitions ?? []).map((definition) => {
    const { value: name } = definition.variable.name;
    const type = typeFromAST(schema, definition.type as NamedTypeNode) as GraphQLInputType;
    return [name, anything(type, name, noun)] as const;
  });
  const cost = costOfOperation(schema, document, null, Object.fromEntries(variables));
  if ('complexity' in cost) return cost;
  const wanted = /is not of type: (\w+)/.exec(cost[0]!.message)?.[1];
  if (wanted && wanted !== noun) return costOfDocument(text, wanted);
  throw new Error(`${cost[0]!.message} in ${text}`);
}

it('no document of a page of ours costs more than an operation may, with the largest pages', () => {
  const limit = costLimit({ viewer: { kind: 'anonymous' } }, true);
  const texts = Object.values(generated);
  expect(texts.length).toBeGreaterThan(30);
  for (const text of texts) {
    const cost = costOfDocument(text);
    for (const measure of ['complexity', 'depth', 'breadth'] as const) {
      expect(cost[measure], `${measure} of ${text}`).toBeLessThanOrEqual(limit[measure]);
    }
  }
});

describe('a hash', () => {
  it('is the SHA-256 of the text it stands for', () => {
    for (const [hash, text] of Object.entries(generated)) {
      expect(hash).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
    }
  });

  it('of a document of the web app is answered, over HTTP', async () => {
    const { status, body } = await post(hashed(staffViewerHash));
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { viewer: { kind: 'STAFF' } } });
  });

  it.each(['f'.repeat(64), '', '__proto__', 'constructor'])(
    'that nobody knows (%s) asks for the text',
    async (hash) => {
      const { status, body } = await post(hashed(hash));
      expect(status).toBe(200);
      expect(body).toEqual({
        errors: [
          {
            message: 'PersistedQueryNotFound',
            extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' },
          },
        ],
      });
      const strict = await post(hashed(hash), { accept: 'application/graphql-response+json' });
      expect(strict.status).toBe(400);
    },
  );

  it('sent with a text is not remembered for others', async () => {
    const query = '{ viewer { scopes } }';
    const hash = createHash('sha256').update(query).digest('hex');
    expect((await post({ query, ...hashed(hash) })).body).toMatchObject({ data: { viewer: {} } });
    expect((await post(hashed(hash))).body).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound' }],
    });
    // Nor does a hash of ours lend its price to another text.
    const lent = await post({ query, ...hashed(staffViewerHash) });
    expect(lent.body).toMatchObject({ data: { viewer: { scopes: expect.any(Array) } } });
  });
});

describe('the web app', () => {
  /** What its client puts on the wire. */
  function recording() {
    const bodies: { query?: string; extensions?: { persistedQuery?: { sha256Hash: string } } }[] =
      [];
    const client = createApiClient({
      url: `${api.url}/graphql`,
      fetch: (address, init) => {
        bodies.push(JSON.parse(String(init!.body)));
        return fetch(address, init);
      },
      headers: staff.headers,
    });
    return { bodies, client };
  }

  it('sends hashes and no text', async () => {
    const { bodies, client } = recording();
    expect((await client.query(StaffViewerDocument)).viewer.kind).toBe('STAFF');
    expect(bodies).toHaveLength(1);
    expect(bodies[0]!.query).toBeUndefined();
    expect(bodies[0]!.extensions!.persistedQuery!.sha256Hash).toBe(
      staffViewerHash.replace('sha256:', ''),
    );
  });

  it('of another version than the server sends the text when the hash is not known', async () => {
    const { bodies, client } = recording();
    const older = new TypedDocumentString<{ viewer: { kind: string } }, Record<string, never>>(
      'query Older { viewer { kind } }',
      { hash: `sha256:${'0'.repeat(64)}` },
    );
    expect((await client.query(older)).viewer.kind).toBe('STAFF');
    expect(bodies.map(({ query }) => query)).toEqual([
      undefined,
      expect.stringContaining('query Older'),
    ]);
  });

  it('may ask for a portal’s face before anybody has signed in, whatever it costs', async () => {
    const nobody = createApiClient({ url: `${api.url}/graphql`, fetch });
    const { portal } = await nobody.query(PortalBySlugDocument, { slug: merchant.slug });
    expect(portal!.slug).toBe(merchant.slug);
  });
});

describe('a document of ours', () => {
  it('may ask for more than a stranger’s before somebody signs in', async () => {
    const nobody = api.client();
    const [hash, text] = Object.entries(generated).find(([, each]) =>
      each.includes('query ConsoleCustomer('),
    )!;
    const id = globalId('Customer', randomUUID());
    const variables = { id, invoices: 1, payments: 1, emails: 1, events: 1 };
    const ask = async (body: object) => {
      const response = await nobody.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, variables }),
      });
      return response.json();
    };
    expect(await ask({ query: `${text} # mine` })).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', exceeded: 'breadth' } }],
    });
    // It is priced as ours, and still shows nothing to somebody who has not signed in.
    expect(await ask(hashed(hash))).toMatchObject({
      data: { customer: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

describe('over WebSocket', () => {
  function ask(payload: { query: string; extensions?: Record<string, unknown> }) {
    class Socket extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: { ...staff.headers, origin: api.url } });
      }
    }
    const client = createClient({
      url: `${api.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Socket,
      retryAttempts: 0,
    });
    return new Promise<unknown>((resolve) => {
      client.subscribe(payload, {
        next: (message) => {
          resolve(message);
          void client.dispose();
        },
        error: (error) => {
          resolve(error);
          void client.dispose();
        },
        complete: () => {},
      });
    });
  }

  it('a hash is answered', async () => {
    expect(await ask({ query: '', ...hashed(staffViewerHash) })).toMatchObject({
      data: { viewer: { kind: 'STAFF' } },
    });
  });

  it('an unknown one asks for the text, as an error of its operation', async () => {
    expect(await ask({ query: '', ...hashed('0'.repeat(64)) })).toMatchObject([
      {
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' },
      },
    ]);
  });

  it('neither text nor hash is a syntax error', async () => {
    expect(await ask({ query: '' })).toMatchObject([
      { extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ]);
  });
});
