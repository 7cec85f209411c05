/** What the merchant saves in Settings > Customer Portal shows in a customer's open window at once. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { signInByCode } from './portal.ts';
import { startProduct, type Product } from './product.ts';

const phone = { width: 390, height: 844 };

let product: Product;
let merchantWindow: Page;
let customerWindow: Page;

beforeAll(async () => {
  product = await startProduct();
  merchantWindow = await product.openConsole({ width: 1280, height: 900 });
  customerWindow = await product.openWindow(phone);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

test('a customer signs in with the 6-digit code on a phone', async () => {
  await customerWindow.goto(product.demo.portalUrl);
  await signInByCode(product, customerWindow, product.demo.pastDueCustomerEmail);
  await customerWindow.getByText('A payment of €48.00 is past due').waitFor();
  const overflow = await customerWindow.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});

test('a card sent before scripts run goes nowhere', async () => {
  const { demo } = product;
  const bare = await customerWindow
    .context()
    .browser()!
    .newContext({
      javaScriptEnabled: false,
      storageState: await customerWindow.context().storageState(),
    });
  const page = await bare.newPage();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`${demo.portalUrl}/payment-methods/new`);
  await page.getByLabel('Card number').fill('4242 4242 4242 4242');
  await page.getByLabel('Expiry').fill('12 / 34');
  await page.getByLabel('Security code').fill('987');
  await page.getByRole('button', { name: /^Save card/ }).click();
  await page.waitForLoadState();
  await page.goto(`${demo.portalUrl}/payment-methods`);
  expect(sent.filter((each) => /4242\D{1,3}4242|=987\b/.test(each))).toEqual([]);
  await bare.close();
});

test('saved branding repaints the open portal', async () => {
  await merchantWindow.goto(`${product.demo.consoleUrl}/settings/portal`, {
    waitUntil: 'networkidle',
  });
  await merchantWindow.getByLabel('Company Name').fill('Meridian Sky');
  await merchantWindow.getByRole('textbox', { name: 'Primary Color', exact: true }).fill('#7c2d12');
  await merchantWindow
    .getByRole('button', { name: 'Save Changes' })
    .filter({ visible: true })
    .first()
    .click();
  await customerWindow.getByText('Meridian Sky').first().waitFor();
  await customerWindow.waitForFunction(() => document.title.includes('Meridian Sky'));
  await customerWindow.waitForFunction(() =>
    [...document.querySelectorAll('a, button')].some(
      (element) => getComputedStyle(element).backgroundColor === 'rgb(124, 45, 18)',
    ),
  );
});

test('a permission switched off takes its option away, and its mutation with it', async () => {
  const update = customerWindow.getByRole('main').getByRole('link', {
    name: 'Update payment method',
  });
  await update.first().waitFor();
  await merchantWindow.getByRole('checkbox', { name: /Update Payment Methods/i }).click();
  await merchantWindow
    .getByRole('region', { name: 'Permissions' })
    .getByRole('button', { name: 'Save Changes' })
    .click();
  await update.first().waitFor({ state: 'detached' });

  const slug = new URL(product.demo.portalUrl).pathname.split('/').at(-1) ?? '';
  const refused = await customerWindow.evaluate(async (portal) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-portal': portal,
        'x-graphql-yoga-csrf': '1',
      },
      body: JSON.stringify({ query: 'mutation { createPaymentMethodSetup { clientSecret } }' }),
    });
    return (await response.json()) as unknown;
  }, slug);
  expect(refused).toMatchObject({
    data: { createPaymentMethodSetup: null },
    errors: [{ extensions: { code: 'FORBIDDEN', permission: 'UPDATE_PAYMENT_METHODS' } }],
  });
});

test('a portal switched off says so politely, and comes back', async () => {
  await merchantWindow.getByRole('switch', { name: /Enable Customer Portal/i }).click();
  const confirm = merchantWindow.getByRole('alertdialog').getByRole('button').last();
  await Promise.race([
    customerWindow.getByText('This portal isn’t available right now').waitFor(),
    confirm
      .click()
      .then(() => customerWindow.getByText('This portal isn’t available right now').waitFor()),
  ]);
  await merchantWindow.getByRole('switch', { name: /Enable Customer Portal/i }).click();
  await customerWindow.goto(product.demo.portalUrl);
  await customerWindow.getByText('A payment of €48.00 is past due').waitFor();
});
