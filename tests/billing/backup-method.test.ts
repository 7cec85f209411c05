import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { clearBackupPaymentMethod } from '@4geeks/billing/payment-method/clear-backup-payment-method';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import { settlePayment } from '@4geeks/billing/payment/settle-payment';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions, SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant({ finalAction: 'CANCEL_SUBSCRIPTION' });
await updateDunningPolicy(t.billing, merchant.system, { useBackupMethod: true });

afterEach(() => {
  delete t.faults.beforeRequest;
});

/** A customer who pays with `card` and has `backup` for when it declines. */
async function withBackup(
  card: NonNullable<CustomerOptions['card']>,
  backup: Parameters<SeededCustomer['enterCard']>[0],
  at = merchant,
) {
  const ada = await at.customer({ card });
  const method = await ada.enterCard(backup, { makeDefault: false });
  await setBackupPaymentMethod(t.billing, await ada.viewer(), { paymentMethodId: method.id });
  return { ada, backup: method };
}

describe('the backup method', () => {
  it.each(['visa_insufficient_funds', 'visa_lost'] as const)(
    'pays at once when the default (%s) declines, and nobody is bothered',
    async (card) => {
      const { ada, backup } = await withBackup(card, 'mastercard');
      await ada.subscription();
      await t.drain();
      expect(await ada.openInvoices()).toEqual([]);
      const payments = await ada.payments();
      expect(payments).toMatchObject([
        { trigger: 'RENEWAL', status: 'FAILED' },
        { trigger: 'RENEWAL', status: 'SUCCEEDED', paymentMethodId: backup.id, attemptNumber: 2 },
      ]);
      expect(payments[1]!.idempotencyKey).toBe(`backup:${payments[0]!.id}`);
      expect((await ada.mails()).map(({ tag }) => tag)).not.toContain('payment-failed');
      expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
      // It stays the backup: the customer has chosen the default.
      expect(await ada.paymentMethods()).toMatchObject([{ isDefault: true }, { isBackup: true }]);
    },
  );

  it('declining too, is tried once for each failure, uses up nothing, and is told of once', async () => {
    const { ada } = await withBackup('visa_insufficient_funds', 'visa_declines_on_charge');
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    const planned = new Date(t.clock.now().getTime() + 3 * 86_400_000);
    expect(await ada.payments()).toHaveLength(2);
    expect(await ada.openInvoices()).toMatchObject([{ dunningRetries: 0, nextAttemptAt: planned }]);
    expect((await ada.mails()).filter(({ tag }) => tag === 'payment-failed')).toHaveLength(1);
    await t.travel({ days: 3 });
    expect(await ada.payments()).toHaveLength(4);
    expect(await ada.openInvoices()).toMatchObject([{ dunningRetries: 1 }]);
    expect((await ada.mails()).filter(({ tag }) => tag === 'payment-failed')).toHaveLength(2);
  });

  it('has its say before the final action', async () => {
    const last = await t.seed.merchant({ finalAction: 'CANCEL_SUBSCRIPTION' });
    await updateDunningPolicy(t.billing, last.system, { useBackupMethod: true, retryDays: [] });
    const saved = await withBackup('visa_insufficient_funds', 'mastercard', last);
    const lost = await withBackup('visa_insufficient_funds', 'visa_declines_on_charge', last);
    for (const { ada } of [saved, lost]) await ada.subscription({ interval: 'YEAR' });
    await t.sweep();
    expect(await saved.ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
    expect(await lost.ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    await t.travel({ minutes: 10 });
    expect(await lost.ada.subscriptions()).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('is not tried for a fault of the gateway, nor where the policy does not allow it', async () => {
    const faulty = await withBackup('visa_processing_error', 'mastercard');
    const strict = await withBackup('visa_lost', 'mastercard', await t.seed.merchant());
    for (const { ada } of [faulty, strict]) {
      await ada.subscription();
      await t.drain();
      expect(await ada.payments()).toHaveLength(1);
    }
  });

  it('is not tried beyond the cap on attempts', async () => {
    const capped = await t.seed.merchant();
    await updateDunningPolicy(t.billing, capped.system, { useBackupMethod: true, attemptCap: 1 });
    const { ada } = await withBackup('visa_insufficient_funds', 'mastercard', capped);
    await ada.subscription();
    await t.drain();
    expect(await ada.payments()).toHaveLength(1);
    expect((await ada.mails()).filter(({ tag }) => tag === 'payment-failed')).toHaveLength(1);
  });

  it('taken away before its turn, leaves the failure to be told', async () => {
    const { ada } = await withBackup('visa_insufficient_funds', 'mastercard');
    await ada.subscription();
    const [invoice] = await ada.invoices();
    const { collectInvoice } = await import('@4geeks/billing/invoice/collect-invoice');
    const attempt = {
      merchantId: merchant.id,
      invoiceId: invoice!.id,
      trigger: 'RENEWAL',
    } as const;
    await collectInvoice(t.billing, { ...attempt, attemptKey: `renewal:${invoice!.id}` });
    await clearBackupPaymentMethod(t.billing, await ada.viewer());
    await t.drain();
    expect(await ada.payments()).toHaveLength(1);
    expect((await ada.mails()).filter(({ tag }) => tag === 'payment-failed')).toHaveLength(1);
  });

  it('in flight while the customer changes the default, leaves the rest to the new card', async () => {
    const { ada } = await withBackup('visa_insufficient_funds', 'visa_declines_on_charge');
    await ada.subscription();
    let charges = 0;
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'charge') return;
      charges += 1;
      if (charges === 2) await ada.enterCard('mastercard');
    };
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect((await ada.charges()).map(({ status, last4 }) => [status, last4])).toEqual([
      ['declined', '9995'],
      ['declined', '0341'],
      ['succeeded', '4444'],
    ]);
  });

  it('is charged once, however often its failure is settled', async () => {
    const { ada } = await withBackup('visa_insufficient_funds', 'mastercard');
    await ada.subscription();
    await t.drain();
    const [declined] = await ada.payments();
    const again = { status: 'declined', gatewayPaymentId: 'x', declineCode: 'lost_card' } as const;
    expect(await settlePayment(t.billing, declined!, again)).toBe('already_settled');
    await t.drain();
    expect(await ada.charges()).toHaveLength(2);
  });
});

describe('choosing the backup', () => {
  it('has one at a time, with an event each, and can be cleared', async () => {
    const { ada, backup } = await withBackup('visa', 'mastercard');
    const viewer = await ada.viewer();
    const amex = await ada.enterCard('amex', { makeDefault: false });
    await setBackupPaymentMethod(t.billing, viewer, { paymentMethodId: amex.id });
    await setBackupPaymentMethod(t.billing, viewer, { paymentMethodId: amex.id });
    expect(await ada.paymentMethods()).toMatchObject([
      { isBackup: false },
      { id: backup.id, isBackup: false },
      { id: amex.id, isBackup: true },
    ]);
    await clearBackupPaymentMethod(t.billing, viewer);
    await clearBackupPaymentMethod(t.billing, viewer);
    expect((await ada.paymentMethods()).some(({ isBackup }) => isBackup)).toBe(false);
    expect((await ada.events()).filter((type) => type.startsWith('payment_method.backup'))).toEqual(
      [
        'payment_method.backup_changed',
        'payment_method.backup_changed',
        'payment_method.backup_cleared',
      ],
    );
  });

  it('is refused for the default, another’s or a removed method, and without the permission', async () => {
    const { ada, backup } = await withBackup('visa', 'mastercard');
    const viewer = await ada.viewer();
    const [visa] = await ada.paymentMethods();
    await expect(
      setBackupPaymentMethod(t.billing, viewer, { paymentMethodId: visa!.id }),
    ).rejects.toMatchObject({ code: 'DEFAULT_PAYMENT_METHOD' });
    const bob = await merchant.customer();
    await expect(
      setBackupPaymentMethod(t.billing, await bob.viewer(), { paymentMethodId: backup.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await removePaymentMethod(t.billing, viewer, { paymentMethodId: backup.id });
    await expect(
      setBackupPaymentMethod(t.billing, viewer, { paymentMethodId: backup.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const denied = { ...viewer, permissions: new Set<never>() };
    const staff = await merchant.staff();
    for (const call of [
      () => setBackupPaymentMethod(t.billing, denied, { paymentMethodId: visa!.id }),
      () => clearBackupPaymentMethod(t.billing, denied),
      () => clearBackupPaymentMethod(t.billing, staff),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('ends when it becomes the default or is removed; the same card entered again stays it', async () => {
    const { ada, backup } = await withBackup('visa', 'mastercard');
    const viewer = await ada.viewer();
    const again = await ada.enterCard('mastercard', { makeDefault: false });
    expect(again).toMatchObject({ isBackup: true, isDefault: false });
    expect(again.id).not.toBe(backup.id);
    expect(
      await setDefaultPaymentMethod(t.billing, viewer, { paymentMethodId: again.id }),
    ).toMatchObject({ isDefault: true, isBackup: false });
    const [visa] = await ada.paymentMethods();
    await setBackupPaymentMethod(t.billing, viewer, { paymentMethodId: visa!.id });
    await removePaymentMethod(t.billing, viewer, { paymentMethodId: visa!.id });
    expect(await ada.paymentMethods()).toMatchObject([
      { isBackup: false, removedAt: t.clock.now() },
      {},
      {},
    ]);
  });
});
