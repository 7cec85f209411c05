/** What a signed-in customer does on the portal's pages: invoices, payment methods, the language. */
import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { enterCard, signInByCode } from './portal.ts';
import { startProduct, type Product } from './product.ts';

/** Pays with a Visa card, and owes nothing. */
const email = 'ksiegowosc@optyka-lodz.example';
const first = 'Visa ending in 4242';
const second = 'Mastercard ending in 4444';

let product: Product;
let customer: Page;

beforeAll(async () => {
  product = await startProduct();
  customer = await product.openWindow({ width: 1280, height: 900 });
  await customer.goto(product.demo.portalUrl);
  await signInByCode(product, customer, email);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

const main = () => customer.getByRole('main');
const heading = (name: string) => customer.getByRole('heading', { name, level: 1 });
const method = (name: string) => main().getByRole('listitem').filter({ hasText: name });
const isDefault = (name: string) => method(name).getByText('Default', { exact: true });
const makeDefault = (name: string) =>
  main().getByRole('button', { name: `Make default : ${name}`, exact: true });
const remove = (name: string) =>
  main().getByRole('button', { name: `Remove : ${name}`, exact: true });
const toast = (text: string) => customer.locator('[data-sonner-toast]').getByText(text);

async function chooseLanguage(control: string, name: string): Promise<void> {
  await customer.getByRole('button', { name: control }).filter({ visible: true }).click();
  await customer.getByRole('menuitemcheckbox', { name }).click();
}

const language = () => customer.evaluate(() => document.documentElement.lang);

test('an invoice is downloaded as a PDF that bears its number', async () => {
  await customer.goto(`${product.demo.portalUrl}/invoices`, { waitUntil: 'networkidle' });
  const link = main().getByRole('link', { name: /^PDF/ }).first();
  const number = (await link.innerText()).replace('PDF', '').trim();
  expect(number).toMatch(/^MER-/);
  const [download] = await Promise.all([customer.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toContain(number);
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  expect(bytes.subarray(-8).toString('latin1')).toContain('%%EOF');
  await heading('Payment history').waitFor();
});

test('a second card is added without becoming the default', async () => {
  await customer.getByRole('link', { name: 'Payment methods' }).first().click();
  await heading('Payment methods').waitFor();
  await isDefault(first).waitFor();
  // The only one stays while a subscription is paid with it.
  await method(first).getByText('Needed for your subscription.').waitFor();
  expect(await remove(first).count()).toBe(0);

  await main().getByRole('link', { name: 'Add payment method' }).click();
  await heading('Add payment method').waitFor();
  await customer.getByLabel('Use as the default payment method').uncheck();
  await enterCard(customer, '5555555555554444');
  await heading('Payment methods').waitFor();
  await toast(`${second} was saved.`).waitFor();
  await method(second).waitFor();
  await isDefault(first).waitFor();
  expect(await isDefault(second).count()).toBe(0);
});

test('the second card becomes the default, and the other one may go', async () => {
  await method(first).getByText('To remove it, make another one the default first.').waitFor();
  expect(await remove(first).count()).toBe(0);
  await makeDefault(second).click();
  await toast(`${second} is now the default.`).waitFor();
  await isDefault(second).waitFor();
  await isDefault(first).waitFor({ state: 'detached' });
  expect(await remove(second).count()).toBe(0);

  await remove(first).click();
  const dialog = customer.getByRole('alertdialog', { name: 'Remove this payment method?' });
  await dialog.getByText(`${first} will not be charged any more.`).waitFor();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await toast(`${first} was removed.`).waitFor();
  await method(first).waitFor({ state: 'detached' });

  await customer.reload({ waitUntil: 'networkidle' });
  await isDefault(second).waitFor();
  expect(await method(first).count()).toBe(0);
  // The last one stays again.
  expect(await remove(second).count()).toBe(0);
});

test('the page speaks German once that is chosen, stays German, and comes back to English', async () => {
  await chooseLanguage('Language: English', 'Deutsch');
  await heading('Zahlungsmethoden').waitFor();
  expect(await language()).toBe('de');
  await method('4444').getByText('Standard', { exact: true }).waitFor();
  // Kept from page to page.
  await customer.getByRole('link', { name: 'Rechnungen' }).first().click();
  await heading('Zahlungsverlauf').waitFor();
  await customer.goto(product.demo.portalUrl, { waitUntil: 'networkidle' });
  expect(await language()).toBe('de');
  await chooseLanguage('Sprache: Deutsch', 'English');
  await customer.getByRole('button', { name: 'Language: English' }).waitFor();
  expect(await language()).toBe('en');
  await customer.getByRole('link', { name: 'Payment methods' }).first().click();
  await heading('Payment methods').waitFor();
});
