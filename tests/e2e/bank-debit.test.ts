/**
 * A customer pays what is past due from a bank account: first it is processing, and then, some seconds
 * later because the sandbox's bank is quick, both windows turn to paid.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectNowhere } from '../testkit/nowhere.ts';
import {
  askForLink,
  chooseMethod,
  confirmLink,
  isSameDocument,
  mark,
  receiversOf,
} from './portal.ts';
import { startProduct, type Product } from './product.ts';

const phone = { width: 390, height: 844 };
const iban = 'DE89370400440532013000';

let product: Product;
let merchantWindow: Page;
let customerWindow: Page;
/** Where the customer's window sends the IBAN to. */
let receivers: () => string[];

beforeAll(async () => {
  product = await startProduct();
  merchantWindow = await product.openConsole({ width: 1280, height: 900 });
  customerWindow = await product.openWindow(phone);
  receivers = receiversOf(customerWindow, [iban]);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

test('an IBAN that is wrong is said to be, at the first press, and nothing is sent', async () => {
  const { demo } = product;
  await customerWindow.goto(`${demo.portalUrl}/payment-methods/new`);
  const { link } = await askForLink(product, customerWindow, demo.pastDueCustomerEmail);
  await confirmLink(customerWindow, link);
  await chooseMethod(customerWindow, 'SEPA direct debit');
  await customerWindow.getByText('you allow Meridian Cloud to collect').waitFor();
  await customerWindow
    .getByLabel('IBAN', { exact: true })
    .pressSequentially('de88370400440532013000');
  await customerWindow.getByRole('button', { name: 'Save account and pay €48.00' }).click();
  await customerWindow.getByText('This IBAN is not right.').waitFor();
  await customerWindow.getByText('Enter the name of the account holder.').waitFor();
  expect(receivers()).toEqual([]);
});

test('a debit is processing first, and then paid, without a reload', async () => {
  await merchantWindow.getByRole('link', { name: 'Customers' }).first().click();
  await merchantWindow.getByRole('link', { name: 'Amelia Hart' }).first().click();
  await merchantWindow.getByText('€48.00 past due').waitFor();
  await mark(merchantWindow);
  await mark(customerWindow);

  await customerWindow.getByLabel('Account holder').fill('Amelia Hart');
  await customerWindow.getByLabel('IBAN', { exact: true }).fill('');
  await customerWindow.getByLabel('IBAN', { exact: true }).pressSequentially(iban.toLowerCase());
  expect(await customerWindow.getByLabel('IBAN', { exact: true }).inputValue()).toBe(
    'DE89 3704 0044 0532 0130 00',
  );
  await customerWindow.getByRole('button', { name: 'Save account and pay €48.00' }).click();

  await customerWindow.getByText('€48.00 is on its way from your bank').waitFor();
  await customerWindow.getByText('SEPA account ending in 3000').first().waitFor();
  await merchantWindow.getByText('Bank debit being processed').first().waitFor();

  await customerWindow.getByText('Paid, thank you!').waitFor({ timeout: 60_000 });
  await merchantWindow.getByText('€48.00 has just been paid').waitFor();
  expect(await isSameDocument(customerWindow)).toBe(true);
  expect(await isSameDocument(merchantWindow)).toBe(true);
});

test('the IBAN goes to the gateway alone, and is kept nowhere', async () => {
  expect(receivers()).toEqual(['POST /sandbox-gateway/tokens']);
  await expectNowhere(iban, { databaseUrl: product.databaseUrl, texts: [product.output()] });
});
