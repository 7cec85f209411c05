/**
 * The story everything serves, in two windows of a real browser: a renewal failed, the customer
 * follows the mail to a new card, and customer and merchant both see it paid.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectNowhere } from '../testkit/nowhere.ts';
import {
  answerSavingLate,
  askForLink,
  confirmLink,
  enterCard,
  isSameDocument,
  mark,
  receiversOf,
  scanLink,
} from './portal.ts';
import { startProduct, type Product } from './product.ts';

const desktop = { width: 1280, height: 900 };
const decliningCard = '4000000000000341';
const goodCard = '5555555555554444';
const plainWords = 'Your bank declined the payment without giving a reason.';

let product: Product;
let merchantWindow: Page;
let customerWindow: Page;
/** Where the customer's window sends a card number to. */
let receivers: () => string[];

beforeAll(async () => {
  product = await startProduct();
  merchantWindow = await product.openConsole(desktop);
  customerWindow = await product.openWindow(desktop);
  receivers = receiversOf(customerWindow, [decliningCard, goodCard]);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

test('the failed renewal sent a mail whose link leads to updating the payment method', async () => {
  const { demo } = product;
  const mail = await product.mail(demo.pastDueCustomerEmail, 'payment-failed');
  expect(mail.text).toContain('The card has expired.');

  await customerWindow.goto(`${demo.mailboxUrl}/${mail.id}`);
  await customerWindow.getByText('did not go through').first().waitFor();
  const button = customerWindow
    .frameLocator('iframe')
    .getByRole('link', { name: 'Update Payment Method' });
  const link = (await button.getAttribute('href')) ?? '';
  expect(link).toContain(`${demo.portalUrl}/payment-methods/new`);
  expect(mail.text, 'the same without HTML').toContain(link);
  await customerWindow.goto(link);
});

test('the portal wears the brand, and the magic link signs in once Continue is pressed', async () => {
  const { demo } = product;
  await customerWindow.getByRole('heading', { name: 'Manage your billing' }).waitFor();
  expect(await customerWindow.title()).toContain('Meridian Cloud');
  const logo = customerWindow.locator('img[src^="/assets/"]').first();
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const button = customerWindow.getByRole('button', { name: 'Send sign-in link' });
  const color = await button.evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(color).toBe('rgb(15, 118, 110)');

  const { link } = await askForLink(product, customerWindow, demo.pastDueCustomerEmail);
  // Opening it signs nobody in and uses nothing up: that is what Continue is for.
  await scanLink(product, link);
  await confirmLink(customerWindow, link);
  await customerWindow.getByRole('heading', { name: 'Update payment method' }).waitFor();
});

test('merchant and customer look at the same past-due invoice', async () => {
  await merchantWindow.getByRole('link', { name: 'Customers' }).first().click();
  await merchantWindow.getByRole('link', { name: 'Amelia Hart' }).first().click();
  await merchantWindow.getByText('€48.00 past due').waitFor();
  await merchantWindow.getByText('Live', { exact: true }).first().waitFor();
  await customerWindow.getByText('€48.00 is still to be paid').waitFor();
  await mark(merchantWindow);
  await mark(customerWindow);
});

test('a card that attaches and then declines says why, and nothing is lost', async () => {
  await answerSavingLate(customerWindow);
  await enterCard(customerWindow, decliningCard);
  const page = customerWindow.getByRole('main');
  await page.getByText('A payment of €48.00 is past due').waitFor();
  await page.getByText(plainWords).first().waitFor();
  await merchantWindow.getByText('generic_decline').first().waitFor();
  await merchantWindow.getByRole('main').getByText(plainWords).first().waitFor();
  await merchantWindow.getByText('€48.00 past due').waitFor();
});

test('a good card turns both windows to paid without a reload', async () => {
  await customerWindow
    .getByRole('main')
    .getByRole('link', { name: 'Update payment method' })
    .first()
    .click();
  await customerWindow.getByLabel('Card number').waitFor();
  await enterCard(customerWindow, goodCard);

  await customerWindow.getByText('Paid, thank you!').waitFor();
  await customerWindow.getByText('We received €48.00.').waitFor();
  await merchantWindow.getByText('€48.00 has just been paid').waitFor();
  await merchantWindow.getByText('Up to date').first().waitFor();
  expect(await isSameDocument(customerWindow)).toBe(true);
  expect(await isSameDocument(merchantWindow)).toBe(true);

  const receipt = await product.mail(product.demo.pastDueCustomerEmail, 'payment-receipt');
  expect(receipt.text).toContain('48.00');
});

test('a card number goes to the gateway alone, and is kept nowhere', async () => {
  expect(receivers()).toEqual(['POST /sandbox-gateway/tokens']);
  const mails = await product.mails(product.demo.pastDueCustomerEmail);
  for (const number of [decliningCard, goodCard]) {
    await expectNowhere(number, {
      databaseUrl: product.databaseUrl,
      texts: [product.output(), ...mails.flatMap(({ html, text }) => [html, text])],
    });
  }
  // The search itself works: what may be kept is found.
  expect(product.output()).not.toBe('');
});
