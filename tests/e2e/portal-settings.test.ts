/**
 * What the merchant saves in Settings > Customer Portal shows in a customer's open window at once,
 * and what is copied there leads to the portal.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { png, pngHeader, pngSignature } from '../testkit/png.ts';
import { isSameDocument, mark, signInByCode } from './portal.ts';
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

async function chooseLogo(name: string, buffer: Buffer): Promise<void> {
  const file = { name, mimeType: 'image/png', buffer };
  await merchantWindow.getByLabel('Upload Logo').setInputFiles(file);
}

/** What a page that this is pasted into shows. */
async function linkOf(html: string): Promise<{ href: string | null; text: string }> {
  return merchantWindow.evaluate((pasted) => {
    const { body } = new DOMParser().parseFromString(pasted, 'text/html');
    const link = body.firstElementChild;
    return { href: link?.getAttribute('href') ?? null, text: body.textContent };
  }, html);
}

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

test('a logo that is no picture, or a damaged one, is refused in plain words', async () => {
  const branding = merchantWindow.getByRole('region', { name: 'Branding' });
  const save = branding.getByRole('button', { name: 'Save Changes' });
  await chooseLogo('logo.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>'));
  await branding.getByText('This is not a PNG image. Please choose a PNG file.').waitFor();
  expect(await save.isDisabled()).toBe(true);

  // What begins like one is found out when it is saved.
  const damaged = Buffer.concat([pngSignature, pngHeader(240, 60), Buffer.alloc(64, 1)]);
  await chooseLogo('damaged.png', damaged);
  await branding.getByText('damaged.png, 240 × 60 px, not saved yet').waitFor();
  await save.click();
  await branding.getByText('This PNG is damaged and cannot be read.').waitFor();
  expect(await branding.getByLabel('Company Name').inputValue()).toBe('Meridian Sky');
});

test('a logo shows in the open portal as soon as it is saved', async () => {
  const branding = merchantWindow.getByRole('region', { name: 'Branding' });
  const logo = customerWindow.locator('img[src^="/assets/"]').first();
  const width = () => logo.evaluate((image: HTMLImageElement) => image.naturalWidth);
  expect(await width()).not.toBe(240);
  await mark(customerWindow);
  await chooseLogo('logo.png', png(240, 60));
  await branding.getByText('logo.png, 240 × 60 px, not saved yet').waitFor();
  expect(await branding.getByText('This PNG is damaged').count()).toBe(0);
  await branding.getByRole('button', { name: 'Save Changes' }).click();
  await expect.poll(width, { timeout: 15_000 }).toBe(240);
  expect(await isSameDocument(customerWindow)).toBe(true);
});

test('the address of the portal, and a button that leads to it, are copied', async () => {
  const copied = () => merchantWindow.evaluate(() => navigator.clipboard.readText());
  await merchantWindow.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await merchantWindow.getByRole('button', { name: 'Copy link' }).first().click();
  await merchantWindow.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await copied()).toBe(product.demo.portalUrl);

  const share = merchantWindow.getByRole('region', { name: 'Share' });
  await share.getByRole('button', { name: 'Copy HTML' }).click();
  await share.getByRole('button', { name: 'Copied' }).waitFor();
  const html = await copied();
  expect(html).toBe(await share.locator('code').innerText());
  expect(await linkOf(html)).toEqual({ href: product.demo.portalUrl, text: 'Manage Billing' });

  // Customers read it in their own language.
  await share.getByLabel('Language of the button').click();
  await merchantWindow.getByRole('option', { name: 'Deutsch' }).click();
  await share.getByRole('button', { name: 'Copy HTML' }).click();
  await expect
    .poll(async () => linkOf(await copied()))
    .toEqual({ href: product.demo.portalUrl, text: 'Abrechnung verwalten' });
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
