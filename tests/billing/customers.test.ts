/** What is kept of a customer, and what follows when it changes. */
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { confirmSignIn } from '@4geeks/billing/portal/confirm-sign-in';
import { requestSignInLink } from '@4geeks/billing/portal/request-sign-in-link';
import { resolvePortalSession } from '@4geeks/billing/portal/resolve-portal-session';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const staff = await merchant.staff('SUPPORT');
const { database } = t.billing;

const valid = { name: 'Ada', email: 'ada@example.com', locale: 'en' } as const;

it('keeps what is said, and changes only what is named', async () => {
  const created = await createCustomer(t.billing, staff, {
    ...valid,
    name: ' Ada ',
    address: ' Calle Mayor 1\n28013 Madrid ',
    country: 'ES',
    taxId: ' ESB1 ',
  });
  expect(created).toMatchObject({
    name: 'Ada',
    address: 'Calle Mayor 1\n28013 Madrid',
    country: 'ES',
    taxId: 'ESB1',
  });
  const { id: customerId } = created;
  const moved = await updateCustomer(t.billing, staff, { customerId, country: 'PT', locale: 'pt' });
  expect(moved).toEqual({ ...created, country: 'PT', locale: 'pt' });
  const bare = await updateCustomer(t.billing, staff, {
    customerId,
    name: 'Ada Lovelace',
    email: 'ADA@Example.com',
    address: '',
    country: '',
    taxId: '',
  });
  expect(bare).toMatchObject({
    name: 'Ada Lovelace',
    email: 'ADA@Example.com',
    emailNormalized: 'ada@example.com',
    address: '',
    country: null,
    taxId: null,
  });
  // To what it is already: nothing happens.
  await updateCustomer(t.billing, staff, { customerId, name: ' Ada Lovelace ' });
  const events = await database.event.findMany({
    where: { customerId },
    orderBy: { sequence: 'asc' },
  });
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['customer.created', { name: 'Ada' }],
    ['customer.updated', { changed: ['locale', 'country'] }],
    ['customer.updated', { changed: ['name', 'email', 'address', 'country', 'taxId'] }],
  ]);
});

it('refuses what cannot be', async () => {
  const ada = await merchant.customer();
  const cases = [
    [{ name: '  ' }, 'name', 'NAME_REQUIRED'],
    [{ name: 'x'.repeat(201) }, 'name', 'TOO_LONG'],
    [{ email: 'nobody' }, 'email', 'EMAIL_INVALID'],
    [{ address: 'x'.repeat(1001) }, 'address', 'TOO_LONG'],
    [{ country: 'es' }, 'country', 'COUNTRY_INVALID'],
    [{ country: 'ESP' }, 'country', 'COUNTRY_INVALID'],
    [{ country: 'QX' }, 'country', 'COUNTRY_INVALID'],
    [{ country: 'EU' }, 'country', 'COUNTRY_INVALID'],
    [{ taxId: 'x'.repeat(51) }, 'taxId', 'TOO_LONG'],
  ] as const;
  for (const [change, field, reason] of cases) {
    const refused = { facts: { field, reason } };
    await expect(
      updateCustomer(t.billing, staff, { customerId: ada.id, ...change }),
    ).rejects.toMatchObject(refused);
    await expect(createCustomer(t.billing, staff, { ...valid, ...change })).rejects.toMatchObject(
      refused,
    );
  }
  const stranger = await (await t.seed.merchant()).staff();
  await expect(
    updateCustomer(t.billing, stranger, { customerId: ada.id, name: 'x' }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await database.customer.findUnique({ where: { id: ada.id } })).toEqual(ada.row);
});

it('invoices that were issued keep who was billed; the next ones have the new one', async () => {
  const ada = await merchant.customer({ name: 'Ada', address: 'Old Street' });
  await ada.subscription();
  await t.drain();
  const customerId = ada.id;
  await updateCustomer(t.billing, staff, { customerId, name: 'Ada Ltd', address: 'New Street' });
  await t.travel({ days: 31 });
  expect(await ada.invoices()).toMatchObject([
    { customerName: 'Ada', customerAddress: 'Old Street' },
    { customerName: 'Ada Ltd', customerAddress: 'New Street' },
  ]);
});

it('a new address signs out who signed in with the old one, and takes its links away', async () => {
  const ada = await merchant.customer({ email: 'old@example.com' });
  const linkFor = async (email: string) => {
    await requestSignInLink(t.billing, { portalSlug: merchant.slug, email });
    await t.drain();
    const mails = await t.mailbox.mails(email);
    return secretsOf(mails.findLast(({ tag }) => tag === 'sign-in-link')!).token;
  };
  const signIn = async (token: string) =>
    confirmSignIn(t.billing, { portalSlug: merchant.slug, token });
  const signedIn = await signIn(await linkFor('old@example.com'));
  if (signedIn.status !== 'signed_in') throw new Error('not signed in');
  const session = () =>
    resolvePortalSession(t.billing, {
      portalSlug: merchant.slug,
      sessionToken: signedIn.sessionToken,
    });
  const link = await linkFor('old@example.com');
  await updateCustomer(t.billing, staff, { customerId: ada.id, name: 'Still Ada' });
  expect(await session()).not.toBeNull();
  await updateCustomer(t.billing, staff, { customerId: ada.id, email: 'new@example.com' });
  expect(await session()).toBeNull();
  await expect(signIn(link)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
  expect(await signIn(await linkFor('new@example.com'))).toMatchObject({
    status: 'signed_in',
    customerId: ada.id,
  });
});
