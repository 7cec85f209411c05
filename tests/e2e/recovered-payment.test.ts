/**
 * The story everything serves, in two windows of a real browser: a renewal failed, the customer
 * follows the mail to a new card, and customer and merchant both see it paid.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { expectNowhere } from '../testkit/nowhere.ts';
import { answerSavingLate, enterCard, isSameDocument, mark, signInByLink } from './portal.ts';
import { startProduct, type Product } from './product.ts';

const desktop = { width: 1280, height: 900 };
const decliningCard = '4000000000000341';
const goodCard = '5555555555554444';

let product: Product;
let merchantWindow: Page;
let customerWindow: Page;

beforeAll(async () => {
  product = await startProduct();
  merchantWindow = await product.openConsole(desktop);
  customerWindow = await product.openWindow(desktop);
});

afterAll(async () => {
  await product?.close();
});

test('the failed renewal sent a mail whose link leads to updating the payment method', async () => {
  const { demo } = product;
  const mail = await product.mail(demo.pastDueCustomerEmail, 'payment-failed');
  expect(mail.text).toContain('The card has expired.');
  const link = /https?:\/\/\S+\/payment-methods\/new\S*/.exec(mail.text)?.[0] ?? '';
  expect(link.startsWith(demo.portalUrl)).toBe(true);
  expect(mail.html).toContain('Update Payment Method');

  await customerWindow.goto(`${demo.mailboxUrl}/${mail.id}`);
  await customerWindow.getByText('did not go through').first().waitFor();
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

  await signInByLink(product, customerWindow, demo.pastDueCustomerEmail);
  await customerWindow.getByRole('heading', { name: 'Update payment method' }).waitFor();
});

test('merchant and customer look at the same past-due invoice', async () => {
  await merchantWindow.getByRole('link', { name: 'Customers' }).first().click();
  await merchantWindow.getByRole('link', { name: 'Amelia Hart' }).first().click();
  await merchantWindow.getByText('€48.00 past due').waitFor();
  await merchantWindow.getByText('Live', { exact: true }).first().waitFor();
  await customerWindow.getByText('€48.00 is past due').waitFor();
  await mark(merchantWindow);
  await mark(customerWindow);
});

test('a card that attaches and then declines says why, and nothing is lost', async () => {
  await answerSavingLate(customerWindow);
  await enterCard(customerWindow, decliningCard);
  const alert = customerWindow.getByRole('main');
  await alert.getByText('A payment of €48.00 is past due').waitFor();
  await alert
    .getByText(/declined/i)
    .first()
    .waitFor();
  await merchantWindow.getByText('generic_decline').first().waitFor();
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
  await merchantWindow.getByText('€48.00 has just been paid').waitFor();
  await merchantWindow.getByText('Up to date').first().waitFor();
  expect(await isSameDocument(customerWindow)).toBe(true);
  expect(await isSameDocument(merchantWindow)).toBe(true);

  const receipt = await product.mail(product.demo.pastDueCustomerEmail, 'payment-receipt');
  expect(receipt.text).toContain('48.00');
});

test('no card number typed here is kept anywhere', async () => {
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
