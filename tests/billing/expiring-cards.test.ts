import { importPaymentMethod } from '@4geeks/billing/payment-method/import-payment-method';
import { notifyExpiringPaymentMethods } from '@4geeks/billing/payment-method/notify-expiring-payment-methods';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

// The seeds' expiring card ends with the month: at the first instant of April.
const t = await testBilling({ start: '2027-03-01T09:00:00Z' });
const merchant = await t.seed.merchant();

const expiryMails = async (customer: SeededCustomer) =>
  (await customer.mails()).filter(({ tag }) => tag === 'payment-method-expiring');

async function notify(merchantId?: string): Promise<number> {
  const told = await notifyExpiringPaymentMethods(t.billing, merchantId);
  await t.drain();
  return told;
}

it('tells of a card that expires within 20 days, once, by plan and month', async () => {
  const ada = await merchant.customer({ card: 'expiring', locale: 'it' });
  await ada.subscription();
  await t.drain();
  t.clock.set('2027-03-11T23:59:59Z');
  expect(await notify()).toBe(0);
  t.clock.set('2027-03-12T00:00:00Z');
  expect(await notify()).toBe(1);
  expect(await notify()).toBe(0);
  const mails = await expiryMails(ada);
  expect(mails).toHaveLength(1);
  expect(mails[0]!.subject).toContain('Visa');
  expect(mails[0]!.text).toContain('marzo 2027');
  expect(mails[0]!.text).toContain('Team');
  expect(mails[0]!.text).toContain(`${t.billing.publicUrl}/p/${merchant.slug}/payment-methods/new`);
  expect(await ada.events()).toContain('payment_method.expiring');
  const [method] = await ada.paymentMethods();
  expect(method!.expiresAt).toEqual(new Date('2027-04-01T00:00:00Z'));
});

it('tells of a backup, but of no card that nothing is charged to', async () => {
  const card = async (customer: SeededCustomer) =>
    importPaymentMethod(t.billing, merchant.system, {
      customerId: customer.id,
      paymentMethod: await t.sandbox.createTestPaymentMethod({
        merchantId: merchant.id,
        customerId: customer.id,
        card: 'mastercard',
        expMonth: 3,
        expYear: 2027,
      }),
    });
  const withBackup = await merchant.customer({ card: null });
  const backup = await card(withBackup);
  await withBackup.enterCard('visa');
  await withBackup.subscription();
  const spare = await merchant.customer({ card: null });
  await card(spare);
  await spare.enterCard('visa');
  await spare.subscription();
  const idle = await merchant.customer({ card: 'expiring' });
  const leaving = await merchant.customer({ card: 'expiring' });
  const subscription = await leaving.subscription();
  await cancelSubscription(t.billing, merchant.system, { subscriptionId: subscription.id });
  const accountHolder = await merchant.customer({ account: 'sepa' });
  await accountHolder.subscription();
  await t.drain();
  await setBackupPaymentMethod(t.billing, await withBackup.viewer(), {
    paymentMethodId: backup.id,
  });

  expect(await notify()).toBe(1);
  expect(await expiryMails(withBackup)).toHaveLength(1);
  for (const customer of [spare, idle, leaving, accountHolder]) {
    expect(await expiryMails(customer)).toEqual([]);
  }
});

it('goes by the test clock of a merchant that has one', async () => {
  const ahead = await t.seed.merchant();
  const ada = await ahead.customer();
  await ada.subscription();
  await t.drain();
  expect(await notify()).toBe(0);
  const [method] = await ada.paymentMethods();
  await t.billing.database.merchant.update({
    where: { id: ahead.id },
    data: { testClockNow: new Date(method!.expiresAt!.getTime() - 86_400_000) },
  });
  expect(await notify()).toBe(0);
  expect(await notify(ahead.id)).toBe(1);
  expect(await expiryMails(ada)).toHaveLength(1);
});

it('says nothing of a card that has expired', async () => {
  const ada = await merchant.customer({ card: 'expiring' });
  await ada.subscription();
  await t.drain();
  t.clock.set('2027-04-01T00:00:00Z');
  expect(await notify()).toBe(0);
});
