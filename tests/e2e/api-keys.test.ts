/** A key made in the console sends a customer to the portal, who finds the way back. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { Data } from '../testkit/graphql-client.ts';
import { startProduct, type Product } from './product.ts';

let product: Product;
let staff: Page;
let customer: Page;
let secret: string;

beforeAll(async () => {
  product = await startProduct();
  staff = await product.openConsole({ width: 1280, height: 900 });
  customer = await product.openWindow({ width: 390, height: 844 });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

async function ask(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${product.demo.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: object | null; errors?: object[] };
  return { ...data, errors };
}

test('a member of staff makes a key, and sees it once', async () => {
  await staff.getByRole('link', { name: 'API keys' }).click();
  await staff.getByRole('heading', { name: 'API keys' }).waitFor();
  await staff.getByText('Demo integration').waitFor();
  await staff.getByRole('button', { name: 'Create key' }).click();
  const dialog = staff.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Account page');
  for (const scope of [
    'customers:read',
    'subscriptions:read',
    'portal:read',
    'portal:write',
    'portal-sessions:write',
  ]) {
    await dialog.getByLabel(scope, { exact: true }).check();
  }
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const issued = staff.getByRole('dialog', { name: 'Copy the key Account page now' });
  secret = (await issued.locator('code').textContent()) ?? '';
  expect(secret).toMatch(/^sk_test_[0-9A-Za-z]{36}$/);
  await issued.getByRole('button', { name: 'I have stored it' }).click();
  const row = staff.getByRole('row', { name: /Account page/ });
  await row.getByText(`${secret.slice(0, 12)}…${secret.slice(-4)}`).waitFor();
  expect(await staff.content()).not.toContain(secret);
});

test('the key sends a customer to cancel, who goes back to where they came from', async () => {
  const { customers } = await ask(
    `{ customers(first: 20) { edges { node { id name subscriptions(first: 5) {
      edges { node { id status cancelAtPeriodEnd } } } } } } }`,
  );
  const found = customers.edges
    .flatMap(({ node }: Data) => node.subscriptions.edges.map((edge: Data) => [node.id, edge.node]))
    .find(([, { status, cancelAtPeriodEnd }]: Data) => status === 'ACTIVE' && !cancelAtPeriodEnd);
  const returnUrl = `http://localhost:${new URL(product.demo.url).port}/mailbox`;
  await ask(
    `mutation ($urls: [String!]!) { updatePortalReturnUrls(input: { returnUrls: $urls }) { __typename } }`,
    { urls: [returnUrl] },
  );
  const { createPortalSession } = await ask(
    `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
      ... on CreatedPortalSession { url } ... on Error { code } } }`,
    {
      input: {
        customerId: found[0],
        flow: 'CANCEL_SUBSCRIPTION',
        subscriptionId: found[1].id,
        returnUrl,
        locale: 'de',
      },
    },
  );
  await customer.goto(createPortalSession.url);
  const dialog = customer.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Abonnement kündigen' }).waitFor();
  await dialog.getByRole('button', { name: 'Abonnement behalten' }).click();
  const overflow = await customer.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await customer.getByRole('link', { name: /^Zurück zu / }).click();
  await customer.waitForURL(returnUrl);

  // The link is used up, whoever opens it.
  const another = await product.openWindow({ width: 390, height: 844 });
  await another.goto(createPortalSession.url);
  await another.getByRole('alert').waitFor();
});

test('a rotated key works twice over, a revoked one not at all', async () => {
  const row = staff.getByRole('row', { name: /Account page/ });
  const act = async (action: string) => {
    await row.getByRole('button', { name: 'Actions for Account page' }).click();
    await staff.getByRole('menuitem', { name: action }).click();
    await staff.getByRole('alertdialog').getByRole('button', { name: action }).click();
  };
  await act('Rotate');
  const issued = staff.getByRole('dialog', { name: 'Copy the key Account page now' });
  const next = (await issued.locator('code').textContent()) ?? '';
  await issued.getByRole('button', { name: 'I have stored it' }).click();
  await row.getByText('The old secret works until').waitFor();
  const old = secret;
  for (const each of [old, next]) {
    secret = each;
    expect((await ask('{ viewer { kind } }')).viewer).toEqual({ kind: 'API_KEY' });
  }
  await act('Revoke');
  await row.getByText('Revoked').waitFor();
  for (const each of [old, next]) {
    secret = each;
    expect((await ask('{ viewer { kind } }')).errors).toHaveLength(1);
  }
});
