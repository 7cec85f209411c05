/** Sends mutations with an idempotency key, and reads answers as they were sent. */
import type { GraphqlClient } from '../testkit/graphql-client.ts';

export const createCustomer = `mutation ($input: CreateCustomerInput!) {
  createCustomer(input: $input) { __typename ... on Customer { id name } ... on Error { code } }
}`;

let keys = 0;
export const newKey = () => `key-${++keys}`;

export interface Sent {
  status: number;
  body: string;
  headers: Headers;
  code: string | undefined;
}

/** `name`: of the customer to create, where `more` says nothing else. */
export async function send(
  client: Pick<GraphqlClient, 'headers' | 'url'>,
  key: string,
  name: string,
  more: { query?: string; url?: string; headers?: Record<string, string>; variables?: object } = {},
): Promise<Sent> {
  const response = await fetch(`${more.url ?? client.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...client.headers,
      'idempotency-key': key,
      ...more.headers,
    },
    body: JSON.stringify({
      query: more.query ?? createCustomer,
      variables: more.variables ?? {
        input: { name, email: 'someone@example.com', locale: 'en' },
      },
    }),
  });
  const body = await response.text();
  const parsed = JSON.parse(body) as { errors?: { extensions: { code: string } }[] };
  return {
    status: response.status,
    body,
    headers: response.headers,
    code: parsed.errors?.[0]?.extensions.code,
  };
}
