/** A merchant's page sends a customer to the portal to change the plan, and gets them back. */
import { testCard } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { Data } from '../testkit/graphql-client.ts';
import { enterCard } from './portal.ts';
import { askApi, startProduct, type Product } from './product.ts';

const longName =
  'The Royal Society for the Preservation of Very Long and Unabbreviated Company Names';

let product: Product;
let returnUrl: string;
/** Who have Starter and a good card, each for one story. */
let customers: { id: string; subscriptionId: string }[];
let prices: Record<'starter' | 'team' | 'teamYearly' | 'auditLog', string>;

beforeAll(async () => {
  product = await startProduct();
  returnUrl = `http://localhost:${new URL(product.demo.url).port}/mailbox`;
  await ask(
    `mutation ($urls: [String!]!) { updatePortalReturnUrls(input: { returnUrls: $urls }) { __typename } }`,
    { urls: [returnUrl] },
  );
  const { products, subscriptions } = await ask(`{
    products(first: 20) { edges { node { name prices(first: 10) {
      edges { node { id nickname unitAmount { currency } interval } } } } } }
    subscriptions(first: 50, status: ACTIVE) { edges { node {
      id customer { id name } items { priceId } } } } }`);
  const priceOf = (name: string, nickname: string | null, interval = 'MONTH') =>
    products.edges
      .find(({ node }: Data) => node.name === name)
      .node.prices.edges.find(
        ({ node }: Data) =>
          node.nickname === nickname &&
          node.unitAmount.currency === 'EUR' &&
          node.interval === interval,
      ).node.id;
  prices = {
    starter: priceOf('Starter', null),
    team: priceOf('Team seat', 'Monthly'),
    teamYearly: priceOf('Team seat', 'Yearly, two months free', 'YEAR'),
    auditLog: priceOf('Audit log', null),
  };
  customers = ['Northside Bakery', 'Lucía Fernández Ortega', longName].map((name) => {
    const { node } = subscriptions.edges.find(
      ({ node }: Data) => node.customer.name === name && node.items[0].priceId === prices.starter,
    );
    return { id: node.customer.id, subscriptionId: node.id };
  });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

const ask = (query: string, variables?: object) => askApi(product.demo, query, variables);

async function send(
  index: number,
  page: Page,
  offeredPriceIds = [prices.starter, prices.team, prices.auditLog],
): Promise<void> {
  const { id, subscriptionId } = customers[index]!;
  const { createPortalSession } = await ask(
    `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
      ... on CreatedPortalSession { url } ... on Error { code } } }`,
    {
      input: {
        customerId: id,
        flow: 'CHANGE_PLAN',
        subscriptionId,
        offeredPriceIds,
        returnUrl,
        locale: 'en',
      },
    },
  );
  // Whoever presses a key has a page that listens.
  await page.goto(createPortalSession.url, { waitUntil: 'networkidle' });
  await page.getByRole('heading', { name: 'Change plan' }).waitFor();
}

async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

test('a dearer plan is chosen by keyboard, seen to the cent, confirmed, and paid', async () => {
  const page = await product.openWindow({ width: 390, height: 844 });
  await send(0, page);
  const current = page.getByRole('radio', { name: /^Starter/ });
  expect(await current.isDisabled()).toBe(true);
  await page.getByRole('radio', { name: /^Team seat/ }).focus();
  await page.keyboard.press('Space');
  await expectNoOverflow(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Review your change' }).waitFor();
  // The figures stand where the reader is.
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(
    'Review your change',
  );
  await page.getByText(/^Unused time: /).waitFor();
  await page.getByText(/^Remaining time: /).waitFor();
  await page.getByText(/If the charge doesn’t go through, Team seat stays/).waitFor();
  await expectNoOverflow(page);
  const confirm = page.getByRole('button', { name: /^Confirm and pay €/ });
  const amount = (await confirm.textContent())!.trim().replace('Confirm and pay ', '');
  await confirm.click();
  await page.getByRole('heading', { name: 'You’re on Team seat now' }).waitFor();
  await page.getByText(`We received ${amount}. A receipt is on its way`).waitFor();
  await expectNoOverflow(page);
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Back to / })
    .click();
  await page.waitForURL(returnUrl);
  const { customer } = await ask(
    `query ($id: ID!) { customer(id: $id) { subscriptions(first: 5) {
      edges { node { id items { priceId } } } } } }`,
    { id: customers[0]!.id },
  );
  const changed = customer.subscriptions.edges.find(
    ({ node }: Data) => node.id === customers[0]!.subscriptionId,
  );
  expect(changed.node.items).toEqual([{ priceId: prices.team }]);
});

test('figures that have changed are shown again before they are confirmed', async () => {
  const page = await product.openWindow({ width: 1280, height: 900 });
  await send(1, page);
  await page.getByRole('radio', { name: /^Team seat/ }).click();
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByText(/is charged to Mastercard ending in/).waitFor();

  // In another window the customer makes another card the default.
  const other = await page.context().newPage();
  await other.goto(page.url().replace(/\/plan.*$/, '/payment-methods/new'));
  await enterCard(other, testCard('visa').number);
  await other.getByRole('heading', { name: 'Payment methods' }).waitFor();

  const confirm = page.getByRole('button', { name: /^Confirm and pay €/ });
  await confirm.click();
  await page.getByRole('alert').getByText('The figures have changed in the meantime.').waitFor();
  await page.getByText(/is charged to Visa ending in/).waitFor();
  await page.getByRole('button', { name: 'Choose another plan' }).first().click();

  // What costs less begins later, and can be taken back.
  await page.getByRole('radio', { name: /^Audit log/ }).click();
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByText('Nothing is charged today.').waitFor();
  await page.getByRole('button', { name: 'Confirm change' }).click();
  await page.getByRole('heading', { name: /^Audit log begins on / }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Subscriptions' }).click();
  await page.getByText(/^Changes to Audit log on /).waitFor();
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByRole('button', { name: 'Keep Starter' }).click();
  await page.getByText('You keep Starter.', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Keep Starter' }).waitFor({ state: 'detached' });
  await expectNoOverflow(page);
});

test('a year instead of the month is charged less the rest of it, and may end in months again', async () => {
  const page = await product.openWindow({ width: 390, height: 844 });
  await send(1, page, [prices.starter, prices.teamYearly]);
  await page.getByRole('radio', { name: /^Team seat.*per year$/ }).click();
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByText('Unused time: Starter (monthly)').waitFor();
  await page.getByText(/^Team seat \(yearly\) until /).waitFor();
  await page
    .getByText(/^A new billing period begins today\. The next payment is due on /)
    .waitFor();
  await expectNoOverflow(page);
  await page.getByRole('button', { name: /^Confirm and pay €/ }).click();
  await page.getByRole('heading', { name: 'You’re on Team seat (yearly) now' }).waitFor();
  await page.getByText(/^We received €2\d\d\.\d\d\. /).waitFor();

  await page.getByRole('main').getByRole('link', { name: 'Subscriptions' }).click();
  await page.getByText('per year').waitFor();
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByRole('radio', { name: /^Starter/ }).click();
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByText('Nothing is charged today.').waitFor();
  await page
    .getByText(/^You keep Team seat \(yearly\) until .* Starter \(monthly\) begins then/)
    .waitFor();
  await page.getByRole('button', { name: 'Confirm change' }).click();
  await page.getByRole('heading', { name: /^Starter \(monthly\) begins on / }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Subscriptions' }).click();
  await page.getByText(/^Changes to Starter \(monthly\) on /).waitFor();
  await expectNoOverflow(page);
});

test('a charge that fails leaves the plan, and says what is to be paid', async () => {
  const page = await product.openWindow({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await send(2, page);
  const plans = page.url();
  await page.goto(plans.replace(/\/plan.*$/, '/payment-methods/new'));
  await enterCard(page, testCard('visa_declines_on_charge').number);
  await page.getByRole('heading', { name: 'Payment methods' }).waitFor();
  await page.goto(plans);
  await page.getByRole('radio', { name: /^Team seat/ }).click();
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByRole('button', { name: /^Confirm and pay €/ }).click();
  await page
    .getByRole('alert')
    .getByText(/^You have Team seat, but €/)
    .waitFor();
  await page.getByRole('heading', { name: /^A payment of €.* is past due$/ }).waitFor();
  await page.getByText('Remaining time: Team seat').waitFor();
  await page.getByRole('link', { name: 'Update payment method' }).waitFor();
  await expectNoOverflow(page);
});

test('without plans on offer, the page says where to begin', async () => {
  const page = await product.openWindow({ width: 390, height: 844 });
  const { createPortalSession } = await ask(
    `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
      ... on CreatedPortalSession { url } } }`,
    { input: { customerId: customers[1]!.id, locale: 'en' } },
  );
  // Whoever presses a key has a page that listens.
  await page.goto(createPortalSession.url, { waitUntil: 'networkidle' });
  await page.getByRole('heading', { name: /^Hello, / }).waitFor();
  expect(await page.getByRole('link', { name: 'Change plan' }).count()).toBe(0);
  await page.goto(`${new URL(page.url()).origin}${new URL(page.url()).pathname}/plan`);
  await page.getByText('There are no plans to choose from here').waitFor();
  await expectNoOverflow(page);
});
