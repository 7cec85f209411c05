/** Staff put the words of a mail in their own way, and see it as a customer would before it counts. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { startProduct, type Product } from './product.ts';

const subject = 'Bitte um eine neue Karte, {{ customer_name }}';
const written = `Liebe Kundin {{ customer_name }},

{{ amount_due }} konnten wir nicht einziehen.`;
const portalLink = '[Zahlungsmethode aktualisieren]({{ customer_portal_link }})';
const broken = `${written}\n\n{% if decline_reason %} {{ decline_reason }}`;

let product: Product;
let staff: Page;
/** The German text that comes with the product. */
let builtIn: { subject: string; body: string };

beforeAll(async () => {
  product = await startProduct();
  staff = await product.openConsole({ width: 1280, height: 900 });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

const editor = () => staff.getByRole('region', { name: 'Payment Failed' });
const subjectField = () => editor().getByLabel('Subject');
const bodyField = () => editor().getByLabel('Body');
const save = () => editor().getByRole('button', { name: 'Save Changes' });
const preview = () => staff.getByRole('region', { name: 'Preview' });
/** The mail as it is drawn. */
const mail = () => staff.frameLocator('iframe[title="Preview of the email"]').locator('body');
const missingLink = () => editor().getByText('The portal link is missing');
const toast = (text: string) => staff.locator('[data-sonner-toast]').getByText(text);

const text = async () => ({
  subject: await subjectField().inputValue(),
  body: await bodyField().inputValue(),
});

async function openLanguage(name: string): Promise<void> {
  const link = staff.getByRole('navigation', { name: 'Language' }).getByRole('link', { name });
  await link.click();
  await expect.poll(() => link.getAttribute('aria-current')).toBe('page');
}

test('the preview of the German text is filled in with the data of a real customer', async () => {
  await staff.goto(`${product.demo.consoleUrl}/settings/notifications`);
  // The page is alive once it has asked for a preview.
  await mail().getByText('Hello ').waitFor();
  await staff
    .getByRole('navigation', { name: 'Email templates' })
    .getByRole('link', { name: /^Payment Failed/ })
    .click();
  await openLanguage('Deutsch');
  await editor().getByText('Built-in text').waitFor();
  builtIn = await text();
  expect(builtIn.body).toContain('Guten Tag {{ customer_name }},');

  await preview().getByLabel('Preview with').fill('Amelia');
  await staff.getByRole('option', { name: /^Amelia Hart/ }).click();
  await preview()
    .getByText('Ihre Zahlung von 48,00\u00a0€ an Meridian Cloud ist fehlgeschlagen')
    .waitFor();
  await mail().getByText('Guten Tag Amelia Hart,').waitFor();
  const link = mail().getByRole('link', { name: 'Zahlungsmethode aktualisieren' });
  expect(await link.getAttribute('href')).toContain(product.demo.portalUrl);

  await staff.waitForLoadState('networkidle');
  const asked: string[] = [];
  staff.on('request', (request) => asked.push(request.postData() ?? request.url()));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(asked, 'asked for while nothing was written').toEqual([]);
});

test('a German mail with its long words fits a small phone even without its style sheet', async () => {
  const html = await staff.locator('iframe[title="Preview of the email"]').getAttribute('srcdoc');
  const phone = await product.openWindow({ width: 320, height: 640 });
  await phone.setContent(html!);
  const [wide, room] = await phone.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  expect(wide).toBe(room);
  await phone.close();
});

test('the preview follows what is written, which is not saved by that', async () => {
  await subjectField().fill(subject);
  await bodyField().fill(`${written}\n\n${portalLink}\n`);
  await preview().getByText('Bitte um eine neue Karte, Amelia Hart').waitFor();
  await mail().getByText('Liebe Kundin Amelia Hart,').waitFor();
  await mail().getByText('48,00\u00a0€ konnten wir nicht einziehen.', { exact: true }).waitFor();
  await editor().getByText('Unsaved changes').waitFor();
  await editor().getByText('Built-in text').waitFor();
  expect(await missingLink().count()).toBe(0);
});

test('a text without the link to the portal warns, and gets the link at a press', async () => {
  await bodyField().fill(written);
  await missingLink().waitFor();
  await editor().getByText('Without {{customer_portal_link}}, customers cannot get').waitFor();
  await mail()
    .getByRole('link', { name: 'Zahlungsmethode aktualisieren' })
    .waitFor({ state: 'detached' });
  await editor().getByRole('button', { name: 'Insert link' }).click();
  await missingLink().waitFor({ state: 'detached' });
  expect(await bodyField().inputValue()).toBe(`${written}\n\n${portalLink}\n`);
  await mail().getByRole('link', { name: 'Zahlungsmethode aktualisieren' }).waitFor();
});

test('a text that is no valid Liquid is refused in plain words, and nothing is lost', async () => {
  const said = 'Line 5, column 1: This is not valid Liquid ({% if decline_reason %}).';
  await bodyField().fill(broken);
  await editor().getByText(said).waitFor();
  await preview().getByText('The preview continues once the text is right.').waitFor();
  await save().click();
  await toast(said).waitFor();
  expect(await text()).toEqual({ subject, body: broken });

  // Nor does what is written here get lost while another language is looked at.
  await openLanguage('English');
  await expect.poll(() => bodyField().inputValue()).toContain('Hello {{ customer_name }},');
  await openLanguage('Deutsch');
  await expect.poll(text).toEqual({ subject, body: broken });
  await editor().getByText('Built-in text').waitFor();
  await editor().getByText(said).waitFor();
});

test('what is saved is there after a reload, and in its language alone', async () => {
  const body = `${written}\n\n${portalLink}\n`;
  await bodyField().fill(body);
  await mail().getByText('Liebe Kundin Amelia Hart,').waitFor();
  await save().click();
  await toast('The template is saved. Emails use it from now on.').waitFor();
  await editor().getByText('Your own text').waitFor();

  await staff.reload();
  await preview()
    .getByText(/^Bitte um eine neue Karte, /)
    .waitFor();
  expect(await text()).toEqual({ subject, body });
  await editor().getByText('Your own text').waitFor();
  await openLanguage('English');
  await editor().getByText('Built-in text').waitFor();
  await expect.poll(() => bodyField().inputValue()).toContain('Hello {{ customer_name }},');
  await openLanguage('Deutsch');
});

test('the text that comes with the product is put back once that is confirmed', async () => {
  const dialog = staff.getByRole('alertdialog', { name: 'Reset this template?' });
  const reset = editor().getByRole('button', { name: 'Reset to built-in text' });
  await reset.click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await text()).subject).toBe(subject);

  await reset.click();
  await dialog.getByRole('button', { name: 'Reset' }).click();
  await toast('The built-in text is used again.').waitFor();
  await expect.poll(text).toEqual(builtIn);
  await editor().getByText('Built-in text').waitFor();
  await mail().getByText('Guten Tag ').waitFor();
  await staff.reload();
  await mail().getByText('Guten Tag ').waitFor();
  expect(await text()).toEqual(builtIn);
  expect(await reset.count()).toBe(0);
});
