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
  const overflow = await ines.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
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
  await owner.reload();
  await row().getByText('Inés Cabrera').waitFor();
  await row().getByText('Analyst').waitFor();
  await choose('Inés Cabrera', 'Change role');
  const dialog = owner.getByRole('dialog');
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

  const told = `${email} no longer belongs to a team here`;
  await ines.getByText(told).waitFor();
  await ines.getByLabel('Email').fill(email);
  await ines.getByLabel('Password', { exact: true }).fill(password);
  await ines.getByRole('button', { name: 'Sign in' }).click();
  await ines.getByText(told).waitFor();
  expect(new URL(ines.url()).pathname).toBe('/console/sign-in');
});
