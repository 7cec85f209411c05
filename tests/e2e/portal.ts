/** What a customer does in the portal, by what the page calls things. */
import type { Page } from 'playwright-core';

import { secretsOf } from '../testkit/sign-in-mail.ts';
import type { Product } from './product.ts';

/** Asks for a sign-in link on the page shown. @returns the link and the code that are mailed. */
export async function askForLink(
  product: Product,
  page: Page,
  email: string,
): Promise<{ link: string; code: string }> {
  const before = (await product.mails(email)).length;
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Send sign-in link' }).click();
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  await untilMore(product, email, before);
  return secretsOf(await product.mail(email, 'sign-in-link'));
}

/** Signs in with the link, in the same window. */
export async function confirmLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => !url.pathname.includes('/sign-in'));
}

/** Opens the link as a scanner of mails does, which looks at everything and presses nothing. */
export async function scanLink(product: Product, link: string): Promise<void> {
  const scanner = await product.openWindow({ width: 800, height: 600 });
  await scanner.goto(link, { waitUntil: 'networkidle' });
  await scanner.getByRole('button', { name: 'Continue' }).waitFor();
  await scanner.close();
}

/** Asks for a link, and signs in with the mail's 6-digit code instead, without leaving the page. */
export async function signInByCode(product: Product, page: Page, email: string): Promise<void> {
  const { code } = await askForLink(product, page, email);
  await page.getByLabel('6-digit code').fill(code);
  const button = page.getByRole('button', { name: /^(Sign in|Continue)$/ });
  // The form may send itself with the last digit.
  await Promise.race([
    page.waitForURL((url) => !url.pathname.includes('/sign-in')),
    button.click().then(() => page.waitForURL((url) => !url.pathname.includes('/sign-in'))),
  ]);
}

async function untilMore(product: Product, email: string, before: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await product.mails(email)).length > before) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No mail came to ${email}`);
}

/** Chooses what to pay with. What was pressed before the page came to life is pressed again. */
export async function chooseMethod(page: Page, name: string): Promise<void> {
  const choice = page.getByRole('radio', { name });
  for (let tries = 0; tries < 50; tries += 1) {
    await choice.click();
    if ((await choice.getAttribute('aria-checked')) === 'true') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} cannot be chosen`);
}

export async function enterCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').pressSequentially(number);
  await page.getByLabel('Expiry date').pressSequentially('1231');
  await page.getByLabel('Security code (CVC)').fill('123');
  await page.getByRole('button', { name: /^Save card/ }).click();
}

/** Holds back the answer to saving a card, so that the charge's outcome arrives first. */
export async function answerSavingLate(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const isSaving = route.request().postData()?.includes('addPaymentMethod') ?? false;
    const response = await route.fetch();
    if (isSaving) await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.fulfill({ response });
  });
}

/**
 * Watches what the page sends, over HTTP and WebSocket.
 *
 * @returns where one of `secrets` was sent to so far, as `POST /graphql`.
 */
export function receiversOf(page: Page, secrets: readonly string[]): () => string[] {
  const receivers = new Set<string>();
  const look = (receiver: string, sent: string) => {
    const digits = sent.replace(/[\s+-]|%20/g, '').toUpperCase();
    if (secrets.some((secret) => digits.includes(secret))) receivers.add(receiver);
  };
  page.on('request', (request) => {
    const sent = [request.url(), JSON.stringify(request.headers()), request.postData() ?? ''];
    look(`${request.method()} ${new URL(request.url()).pathname}`, sent.join('\n'));
  });
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => look('WebSocket', payload.toString()));
  });
  return () => [...receivers];
}

/** Marks the document, so that a reload would show. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('data-same-document', ''));
}

export async function isSameDocument(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.hasAttribute('data-same-document'));
}
