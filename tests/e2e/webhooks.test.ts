/** Staff set up an endpoint, see what it was sent and why it failed, and put it right. */
import pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { answerWith, verify, webhookReceiver } from '../testkit/webhook-receiver.ts';
import { startProduct, type Product } from './product.ts';

const receiver = await webhookReceiver();
/** Longer than any line. */
const address = `${receiver.url}/hooks/${'a-path-that-does-not-end-'.repeat(8)}?key=abc`;

let product: Product;
let staff: Page;
let secret: string;

beforeAll(async () => {
  product = await startProduct();
  staff = await product.openConsole({ width: 1280, height: 900 });
});

beforeEach(() => {
  receiver.received.length = 0;
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

const button = (name: string) => staff.getByRole('button', { name, exact: true });
const deliveries = () => staff.getByRole('region', { name: 'Deliveries' }).getByRole('listitem');
const overflow = () =>
  staff.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function act(action: string): Promise<void> {
  await staff.getByRole('button', { name: /^Actions for / }).click();
  await staff.getByRole('menuitem', { name: action }).click();
}

async function received(): Promise<(typeof receiver.received)[number]> {
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBeGreaterThan(0);
  return receiver.received[0]!;
}

test('an endpoint is added by keyboard, for chosen events, and its secret is shown once', async () => {
  await staff.getByRole('link', { name: 'Webhooks' }).click();
  await staff.getByText('No endpoints yet').waitFor();
  await button('Add endpoint').click();
  const dialog = staff.getByRole('dialog', { name: 'Add a webhook endpoint' });
  await dialog.getByLabel('Address').fill('http://10.0.0.1/hooks');
  await dialog.getByLabel('Description').fill('Warehouse');
  await dialog.getByLabel('Only chosen events').check();
  await dialog.getByRole('button', { name: 'Add endpoint' }).click();
  await dialog.getByText('Choose at least one event.').waitFor();
  await dialog.getByLabel('Search events').fill('created customer');
  await dialog.getByLabel('customer.created', { exact: true }).press('Space');
  expect(await dialog.getByRole('checkbox').count()).toBe(1);
  await dialog.getByText('1 event chosen').waitFor();
  await dialog.getByLabel('Address').press('Enter');
  await dialog.getByText('This address is not on the public internet.').waitFor();
  await dialog.getByLabel('Address').fill(address);
  await dialog.getByLabel('Address').press('Enter');

  const issued = staff.getByRole('dialog', { name: /^Copy the secret of / });
  secret = (await issued.locator('code').textContent()) ?? '';
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  await issued.getByRole('button', { name: 'I have stored it' }).click();
  const row = staff.getByRole('row', { name: /Warehouse/ });
  await row.getByText('1 event').waitFor();
  await row.getByText('Enabled').waitFor();
  await staff.reload();
  await row.waitFor();
  expect(await staff.content()).not.toContain(secret);
  expect(await overflow()).toBe(0);
});

test('a test event arrives signed, and the open page says so', async () => {
  receiver.answer = answerWith(200, 'thank you');
  await staff.getByRole('link', { name: /a-path-that-does-not-end/ }).click();
  await staff.getByText('Nothing sent yet').waitFor();
  await button('Send test event').click();
  const webhook = await received();
  expect(verify(secret, webhook)).toMatchObject({ type: 'webhook_endpoint.tested' });
  const delivery = deliveries().first();
  await delivery.getByText('Delivered', { exact: true }).waitFor();
  await delivery.getByRole('button').press('Enter');
  await delivery.getByText('thank you').waitFor();
  await delivery.getByText(webhook.payload.id).waitFor();
});

test('a delivery that fails says why and when it is tried next, and is sent again by hand', async () => {
  receiver.answer = (_webhook, response) =>
    void response.writeHead(503, { 'retry-after': '7200' }).end('down for maintenance');
  await button('Send test event').click();
  await received();
  const delivery = deliveries().first();
  await delivery.getByText('Retrying').waitFor();
  await staff.getByText('Every attempt has failed since').waitFor();
  await delivery.getByRole('button').first().click();
  await delivery.getByText('down for maintenance').waitFor();
  await delivery.getByText('Next attempt').waitFor();
  await staff.getByRole('link', { name: 'Delivered', exact: true }).click();
  await staff.waitForURL(/status=DELIVERED/);
  expect(await deliveries().count()).toBe(1);
  await staff.getByRole('link', { name: 'Waiting', exact: true }).click();
  await staff.waitForURL(/status=PENDING/);
  expect(await deliveries().count()).toBe(1);
  await staff.getByRole('link', { name: 'Failed', exact: true }).click();
  await staff.getByText('Nothing matches').waitFor();
  await staff.getByRole('link', { name: 'All', exact: true }).click();

  receiver.answer = answerWith(204);
  const first = deliveries().first();
  await first.getByText('Retrying').waitFor();
  await first.getByRole('button').first().click();
  await button('Send again').click();
  await first.getByText('Delivered', { exact: true }).first().waitFor();
  await first.getByText('2 attempts').waitFor();
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([ids[0], ids[0]]);
});

test('a rotated secret signs beside the old one for a day, or alone', async () => {
  async function rotate(old: string): Promise<string> {
    await act('Rotate secret');
    const dialog = staff.getByRole('alertdialog');
    await dialog.getByLabel(old).check();
    await dialog.getByRole('button', { name: 'Rotate secret' }).click();
    const issued = staff.getByRole('dialog', { name: /^Copy the secret of / });
    const text = await issued.locator('code').textContent();
    await issued.getByRole('button', { name: 'I have stored it' }).click();
    return text ?? '';
  }
  const second = await rotate('Signs beside the new one for 24 hours');
  await staff.getByText('The old one signs too until').waitFor();
  await button('Send test event').click();
  const both = await received();
  for (const each of [secret, second]) verify(each, both);

  const third = await rotate('Ends at once');
  await staff.getByText('The old one signs too until').waitFor({ state: 'detached' });
  receiver.received.length = 0;
  await button('Send test event').click();
  const one = await received();
  verify(third, one);
  expect(() => verify(second, one)).toThrow('No matching signature found');
});

test('an endpoint that is gone is disabled and says why, and is enabled again', async () => {
  receiver.answer = answerWith(410);
  await button('Send test event').click();
  await staff.getByText('It answered that it is gone for good (410 Gone).').waitFor();
  expect(await button('Send test event').isDisabled()).toBe(true);
  const delivery = deliveries().first();
  await delivery.getByRole('button').first().click();
  expect(await delivery.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
  await delivery.getByText('The endpoint is disabled. Enable it first.').waitFor();
  await button('Enable').click();
  await staff.getByRole('main').getByText('Enabled', { exact: true }).waitFor();
  await act('Disable');
  await staff.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await staff.getByText('It is told nothing.').waitFor();
  await act('Enable');
  await staff.getByRole('main').getByText('Enabled', { exact: true }).waitFor();
});

test('whoever may only read sees everything, and what they may not do', async () => {
  const database = new pg.Client({ connectionString: product.databaseUrl });
  await database.connect();
  const become = (role: string) =>
    database.query(
      `update "StaffMember" set role = $1::"StaffRole" from "StaffUser"
       where "StaffUser".id = "userId" and email = $2`,
      [role, product.demo.staff.email],
    );
  try {
    await become('ANALYST');
    await staff.reload();
    await staff.getByText('Your role (Analyst) can see this but not change it.').waitFor();
    expect(await button('Send test event').isDisabled()).toBe(true);
    expect(await button('Edit').isDisabled()).toBe(true);
    expect(await staff.getByRole('button', { name: /^Actions for / }).count()).toBe(0);
    const delivery = deliveries().last();
    await delivery.getByRole('button').first().click();
    await delivery.getByText('"type": "webhook_endpoint.tested"').waitFor();
    expect(await delivery.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
    await delivery.getByText('Your role (Analyst) does not include this.').waitFor();
    await staff.getByRole('link', { name: 'Webhooks' }).first().click();
    await staff.getByText('Your role (Analyst) can see this but not change it.').waitFor();
    expect(await button('Add endpoint').isDisabled()).toBe(true);
    expect(await staff.getByRole('button', { name: /^Actions for / }).count()).toBe(0);
  } finally {
    await become('OWNER');
    await database.end();
  }
});

test(
  'fits a phone and a desk in every language, light and dark',
  { timeout: 120_000 },
  async () => {
    const list = `${product.demo.consoleUrl}/settings/webhooks`;
    await staff.goto(list);
    const endpoint = await staff
      .getByRole('link', { name: /a-path-that-does-not-end/ })
      .getAttribute('href');
    const pages = [
      list,
      new URL(endpoint!, list).href,
      `${product.demo.consoleUrl}/settings/portal`,
    ];
    for (const [index, locale] of ['es', 'de', 'pt', 'it', 'en'].entries()) {
      await staff.emulateMedia({ colorScheme: index % 2 ? 'dark' : 'light' });
      for (const page of pages) {
        await staff.goto(`${page}?locale=${locale}`);
        expect(await staff.locator('html').getAttribute('lang')).toBe(locale);
        for (const [width, height] of [
          [390, 844],
          [1280, 900],
        ] as const) {
          await staff.setViewportSize({ width, height });
          const beyond = await overflow();
          expect({ page, locale, width, beyond }).toEqual({ page, locale, width, beyond: 0 });
        }
      }
    }
    await staff.emulateMedia({ colorScheme: 'light' });
  },
);

test('return URLs are edited where the portal is, each with what is wrong with it', async () => {
  await staff.goto(`${product.demo.consoleUrl}/settings/portal`);
  const section = staff.getByRole('region', { name: 'Return URLs' });
  const save = section.getByRole('button', { name: 'Save Changes' });
  const line = (number: number) =>
    section.getByRole('textbox', { name: `Return URL ${number}`, exact: true });
  await section.getByText('None: customers are offered no way back.').waitFor();
  await section.getByRole('button', { name: 'Add URL' }).click();
  await staff.keyboard.type('https://shop.example/account/');
  await section.getByRole('button', { name: 'Add URL' }).click();
  await staff.keyboard.type('http://shop.example');
  await save.click();
  await section.getByText('Enter a whole address that begins with https').waitFor();
  expect(await line(2).evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await line(2).getAttribute('aria-invalid')).toBe('true');
  await line(2).fill('http://localhost:3000');
  await line(2).press('Enter');
  await staff.getByText('Return URLs saved.').waitFor();
  await staff.reload();
  expect(await line(1).inputValue()).toBe('https://shop.example/account');
  expect(await line(2).inputValue()).toBe('http://localhost:3000');
  await section.getByRole('button', { name: 'Remove Return URL 1' }).click();
  await save.click();
  await staff.getByText('Return URLs saved.').waitFor();
  await staff.reload();
  expect(await line(1).inputValue()).toBe('http://localhost:3000');
  expect(await line(2).count()).toBe(0);
});

test('an endpoint is edited, and deleted', async () => {
  await staff.goto(`${product.demo.consoleUrl}/settings/webhooks`);
  await act('Edit');
  const dialog = staff.getByRole('dialog', { name: 'Edit the endpoint' });
  expect(await dialog.getByLabel('Address').inputValue()).toBe(address);
  await dialog.getByLabel('Description').fill('Warehouse in Malaga');
  await dialog.getByLabel('All events').check();
  await dialog.getByRole('button', { name: 'Save Changes' }).click();
  const row = staff.getByRole('row', { name: /Warehouse in Malaga/ });
  await row.getByText('All events').waitFor();
  await row.getByRole('link').click();
  await staff.getByRole('heading', { name: 'Deliveries' }).waitFor();
  await act('Delete');
  await staff.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await staff.getByText('No endpoints yet').waitFor();
});
