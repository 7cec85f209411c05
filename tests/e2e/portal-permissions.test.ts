/** What the four permissions allow is on the portal's pages, and nothing else, in all sixteen ways. */
import type { PortalPermission } from '@4geeks/billing/access/viewer';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { combinationsOfPermissions } from '../access/probes.ts';
import { isSameDocument, mark, signInByCode } from './portal.ts';
import { askApi, startProduct, type Product } from './product.ts';

let product: Product;
let portal: Page;

beforeAll(async () => {
  product = await startProduct();
  portal = await product.openWindow({ width: 1280, height: 900 });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

async function permit(permissions: readonly PortalPermission[]): Promise<void> {
  await askApi(
    product.demo,
    `mutation ($permissions: [PortalPermission!]!) {
      updatePortalPermissions(input: { permissions: $permissions }) { __typename }
    }`,
    { permissions },
  );
}

/** What there is to press on the overview. */
async function optionsOnOverview() {
  const isThere = async (role: 'link' | 'button', name: RegExp) =>
    (await portal.getByRole(role, { name }).filter({ visible: true }).count()) > 0;
  return {
    paymentMethods: await isThere('link', /^Payment methods$/),
    history: await isThere('link', /^Invoices$/),
    // Without a history the newest invoice is beside its subscription.
    newestInvoice: await isThere('link', /^Download invoice/),
    cancel: await isThere('button', /^Cancel subscription$/),
  };
}

test('a customer signs in with the code', async () => {
  await portal.goto(product.demo.portalUrl);
  await signInByCode(product, portal, product.demo.pastDueCustomerEmail);
  await portal.getByText('A payment of €48.00 is past due').waitFor();
});

test.each(
  combinationsOfPermissions.map(
    (permissions) => [permissions.join(', ') || 'none', permissions] as const,
  ),
)('an open portal follows at once, and so do its pages: %s', async (_name, permissions) => {
  const may = (permission: PortalPermission) => permissions.includes(permission);
  await portal.goto(product.demo.portalUrl, { waitUntil: 'networkidle' });
  await mark(portal);
  await permit(permissions);
  await expect.poll(optionsOnOverview, { timeout: 10_000 }).toEqual({
    paymentMethods: may('UPDATE_PAYMENT_METHODS'),
    history: may('VIEW_PAYMENT_HISTORY'),
    newestInvoice: may('DOWNLOAD_INVOICES') && !may('VIEW_PAYMENT_HISTORY'),
    cancel: may('CANCEL_SUBSCRIPTION'),
  });
  expect(await isSameDocument(portal)).toBe(true);

  await portal.goto(`${product.demo.portalUrl}/invoices`);
  expect((await portal.getByRole('row').count()) > 1).toBe(may('VIEW_PAYMENT_HISTORY'));
  expect((await portal.getByRole('link', { name: /PDF/ }).count()) > 0).toBe(
    may('VIEW_PAYMENT_HISTORY') && may('DOWNLOAD_INVOICES'),
  );
  await portal.goto(`${product.demo.portalUrl}/payment-methods/new`);
  expect((await portal.getByLabel('Card number').count()) > 0).toBe(may('UPDATE_PAYMENT_METHODS'));
});

test('a customer cancels at the end of the period by keyboard, and thinks better of it', async () => {
  await permit(['CANCEL_SUBSCRIPTION']);
  await portal.goto(`${product.demo.portalUrl}/subscriptions`, { waitUntil: 'networkidle' });
  await portal.getByRole('button', { name: 'Cancel subscription' }).first().press('Enter');
  const dialog = portal.getByRole('dialog');
  const reasons = dialog.getByRole('radio');
  await expect
    .poll(() => reasons.first().evaluate((radio) => radio === document.activeElement))
    .toBe(true);
  // Nothing is chosen for them.
  expect(await dialog.getByRole('radio', { checked: true }).count()).toBe(0);
  await portal.keyboard.press('Space');
  expect(await reasons.first().getAttribute('aria-checked')).toBe('true');
  await dialog.getByRole('button', { name: 'Cancel subscription' }).press('Enter');
  const keep = portal.getByRole('main').getByRole('button', { name: 'Keep subscription' });
  await keep.waitFor();
  await portal.getByText(/^Ends on /).waitFor();
  await keep.press('Enter');
  await portal.getByText(/^Renews on /).waitFor();
  await portal.getByRole('button', { name: 'Cancel subscription' }).first().waitFor();
});
