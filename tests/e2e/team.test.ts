/** Somebody is invited, joins, gets another role, and is removed while their console is open. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { startProduct, type Product } from './product.ts';

const email = 'ines@lighthouse.example';
const password = 'keeper of the lighthouse';

let product: Product;
let owner: Page;
let ines: Page;

beforeAll(async () => {
  product = await startProduct();
  owner = await product.openConsole({ width: 1280, height: 900 });
  ines = await product.openWindow({ width: 390, height: 844 });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.pictureWindows(task.name);
});

afterAll(async () => {
  await product?.close();
});

const row = () => owner.getByRole('row', { name: new RegExp(email) });

/** What the keyboard is at: the name of a control, or its id. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return at instanceof HTMLInputElement ? at.labels?.[0]?.textContent.trim() : at?.id;
  });

/** What cannot be reached without scrolling to the side. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Invites by the dialog, as whoever has it open. */
async function invite(address: string) {
  await owner.getByRole('button', { name: 'Invite' }).click();
  await owner.getByRole('textbox', { name: 'Email' }).fill(address);
  await owner.getByRole('button', { name: 'Send invitation' }).click();
  await owner.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Chooses from the menu of the row, by keyboard. */
async function choose(who: string, action: string) {
  await row()
    .getByRole('button', { name: `Actions for ${who}` })
    .press('Enter');
  await owner.getByRole('menuitem', { name: action }).press('Enter');
}

test('the owner invites somebody by email', async () => {
  await owner.getByRole('link', { name: 'Team' }).click();
  await owner.getByRole('heading', { name: 'Team' }).waitFor();
  await owner.getByRole('button', { name: 'Invite' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await dialog.getByText('Please enter a complete email address').waitFor();
  await dialog.getByRole('textbox', { name: 'Email' }).fill(email);
  await dialog.getByRole('radio', { name: /^Analyst/ }).click();
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await row().getByText('Pending').waitFor();
  // Its day appears once the mail is out.
  await row().getByText('Being sent').waitFor({ state: 'detached' });

  // Nobody is pestered: not again within a minute.
  const first = await product.mail(email, 'staff-invitation');
  await choose(email, 'Send again');
  await owner.getByText('Too many attempts').waitFor();
  expect(await product.mails(email)).toHaveLength(1);
  expect(first.subject).toBe('Join the team of Meridian Cloud on 4Geeks Payments');
});

test('what is wrong with an address is said where it stands, until the dialog closes', async () => {
  const dialog = owner.getByRole('dialog');
  for (const [address, said] of [
    [email, 'has a pending invitation'],
    [product.demo.staff.email, 'already on the team'],
  ] as const) {
    await owner.getByRole('button', { name: 'Invite' }).click();
    await expect.poll(() => focused(owner)).toBe('Email');
    await dialog.getByRole('textbox', { name: 'Email' }).fill(address);
    await dialog.getByRole('button', { name: 'Send invitation' }).click();
    await dialog.getByText(said).waitFor();
    const input = dialog.getByRole('textbox', { name: 'Email' });
    const describedBy = (await input.getAttribute('aria-describedby'))!.split(' ').at(-1)!;
    expect(await owner.locator(`[id="${describedBy}"]`).innerText()).toContain(said);
    expect(await focused(owner)).toBe('Email');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await owner.getByRole('button', { name: 'Invite' }).click();
    expect(await dialog.getByRole('textbox', { name: 'Email' }).inputValue()).toBe('');
    expect(await dialog.getByText(said).count()).toBe(0);
    await owner.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
});

test('the last owner stays, and the menu says why to whoever cannot see it', async () => {
  await owner.getByRole('button', { name: 'Actions for Olivia Ferrer' }).press('Enter');
  const menu = owner.getByRole('menu');
  const reason = (await menu.getAttribute('aria-describedby'))!;
  expect(await owner.locator(`[id="${reason}"]`).innerText()).toContain('This is the last owner');
  for (const item of await menu.getByRole('menuitem').all()) {
    expect(await item.getAttribute('aria-disabled')).toBe('true');
  }
  await owner.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
});

test('whoever opens the link joins with a name and a password, and is signed in', async () => {
  const { text } = await product.mail(email, 'staff-invitation');
  const link = /http\S+#token=[\w-]+/.exec(text)![0];
  await ines.goto(link);
  await ines.getByRole('heading', { name: 'Join Meridian Cloud' }).waitFor();
  await ines.getByLabel('Your name').fill('Inés Cabrera');
  await ines.getByLabel('Choose a password').fill('too short');
  await ines.getByRole('button', { name: 'Join the team' }).click();
  await ines.getByText('Use at least 12 characters.').waitFor();
  await ines.getByLabel('Choose a password').fill(password);
  await ines.getByRole('button', { name: 'Join the team' }).click();
  await ines.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(await overflow(ines)).toBe(0);
  await ines.goto(`${product.demo.consoleUrl}/settings/team`);
  await ines.getByText('The team is for owners and administrators').waitFor();

  // Used up, whoever opens it.
  const another = await product.openWindow({ width: 390, height: 844 });
  await another.goto(link);
  await another.getByText('This invitation has already been accepted').waitFor();
  const token = link.split('#token=')[1]!;
  for (const secret of [token, password]) expect(product.output()).not.toContain(secret);
});

test('the new member is listed, and gets another role', async () => {
  await owner.reload({ waitUntil: 'networkidle' });
  await row().getByText('Inés Cabrera').waitFor();
  await row().getByText('Analyst').waitFor();
  await choose('Inés Cabrera', 'Change role');
  const dialog = owner.getByRole('dialog');
  // A choice that was not saved is forgotten.
  await dialog.getByRole('radio', { name: /^Owner/ }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await choose('Inés Cabrera', 'Change role');
  expect(await dialog.getByRole('radio', { name: /^Analyst/ }).isChecked()).toBe(true);
  await dialog.getByRole('radio', { name: /^Administrator/ }).click();
  await dialog.getByRole('button', { name: 'Save Changes' }).click();
  await row().getByText('Administrator').waitFor();
  await ines.reload();
  await ines.getByRole('button', { name: 'Invite' }).waitFor();
  // Owners are not for administrators to change.
  await ines.getByRole('button', { name: 'Actions for Olivia Ferrer' }).click();
  await ines.getByText('Only an owner can change an owner').waitFor();
  await ines.keyboard.press('Escape');
});

test('somebody removed is told so where their console is open, and cannot come back in', async () => {
  await ines.goto(`${product.demo.consoleUrl}/customers`);
  await ines.getByRole('link', { name: /Amelia Hart/ }).click();
  await ines.getByRole('heading', { name: 'Amelia Hart' }).waitFor();
  await ines.waitForTimeout(500);

  await choose('Inés Cabrera', 'Remove');
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await row().waitFor({ state: 'detached' });
  // The menu that led here is gone with its row: the keyboard stays on the page.
  await expect.poll(() => focused(owner)).toBe('content');

  const told = `${email} no longer belongs to a team here`;
  await ines.getByText(told).waitFor();
  await ines.getByLabel('Email').fill(email);
  await ines.getByLabel('Password', { exact: true }).fill(password);
  await ines.getByRole('button', { name: 'Sign in' }).click();
  await ines.getByText(told).waitFor();
  expect(new URL(ines.url()).pathname).toBe('/console/sign-in');
});

test('somebody who signed in before comes back with their password', async () => {
  const before = await product.mails(email);
  await invite(email);
  await expect.poll(async () => (await product.mails(email)).length).toBe(before.length + 1);
  const back = await product.openWindow({ width: 390, height: 844 });
  const { text } = (await product.mails(email))[0]!;
  await back.goto(/http\S+#token=[\w-]+/.exec(text)![0]);
  await back.getByText('This address already signs in to the Console').waitFor();
  await back.getByRole('button', { name: 'Sign in and join' }).click();
  await back.getByText('Please fill in this field').waitFor();
  expect(await focused(back)).toBe('Password');
  await back.getByLabel('Password', { exact: true }).fill(password);
  await back.getByRole('button', { name: 'Sign in and join' }).click();
  await back.getByRole('heading', { name: 'Overview' }).waitFor();
});

test('long names leave room for the menus on every width', async () => {
  const long = 'maximilian.freiherr-von-und-zu-hohenstein.accounting@subsidiary.lighthouse.example';
  const name = 'Wolfgang Maximilian Alexander Freiherr von und zu Hohenstein-Waldburg';
  await invite(long);
  const { text } = await product.mail(long, 'staff-invitation');
  const newcomer = await product.openWindow({ width: 390, height: 844 });
  await newcomer.goto(/http\S+#token=[\w-]+/.exec(text)![0]);
  await newcomer.getByLabel('Your name').fill(name);
  await newcomer.getByLabel('Choose a password').fill(password);
  expect(await overflow(newcomer)).toBe(0);
  await newcomer.getByRole('button', { name: 'Join the team' }).click();
  await newcomer.getByRole('heading', { name: 'Overview' }).waitFor();
  await invite(`another.${long}`);
  await owner.reload({ waitUntil: 'networkidle' });
  for (const width of [320, 390, 640, 768, 1024, 1280]) {
    await owner.setViewportSize({ width, height: 900 });
    expect(await overflow(owner), `at ${width}`).toBe(0);
    for (const who of [name, `another.${long}`]) {
      const box = await owner.getByRole('button', { name: `Actions for ${who}` }).boundingBox();
      expect(box!.x + box!.width, `${who} at ${width}`).toBeLessThanOrEqual(width);
    }
  }
});
