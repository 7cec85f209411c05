import type { TestAccountAlias } from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { offeredPaymentMethodTypes } from '@4geeks/billing/payment-method/offered-payment-method-types';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { recoverWaitingPayments } from '@4geeks/billing/payment/recover-payments';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { locales } from '@4geeks/billing/notification/kinds';
import { declineReason } from '@4geeks/billing/notification/decline-reasons';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

/** A customer whose first invoice has just been debited. */
async function debited(account: TestAccountAlias, options = {}) {
  const customer = await merchant.customer({ account, ...options });
  await customer.subscription();
  await t.drain();
  return customer;
}

describe('a debit', () => {
  it('is processing for days, and the invoice open and not past due', async () => {
    const lena = await debited('sepa');
    expect(await lena.payments()).toMatchObject([{ status: 'PROCESSING', settledAt: null }]);
    expect(await lena.events()).toContain('payment.processing');
    await t.travel({ days: 1 });
    const [invoice] = await lena.openInvoices();
    expect(invoice).toMatchObject({ pastDueSince: null, nextAttemptAt: null });
    expect(await lena.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);

    // Nothing else collects it, and nobody takes it back meanwhile.
    const invoiceId = invoice!.id;
    const staff = await merchant.staff();
    for (const refused of [requestInvoiceCollection, voidInvoice]) {
      await expect(refused(t.billing, staff, { invoiceId })).rejects.toMatchObject({
        code: 'ALREADY_COLLECTING',
      });
    }
    await lena.enterCard('visa');
    await t.drain();
    expect(await lena.payments()).toHaveLength(1);

    await t.travel({ days: 1 });
    expect(await lena.payments()).toMatchObject([
      { status: 'SUCCEEDED', settledAt: t.clock.now() },
    ]);
    expect(await lena.openInvoices()).toEqual([]);
    expect((await lena.mails()).at(-1)).toMatchObject({ tag: 'payment-receipt' });
    expect((await lena.charges()).map(({ status }) => status)).toEqual(['succeeded']);
  });

  it('is settled once, however often the gateway says so', async () => {
    const lena = await debited('sepa');
    await t.travel({ days: 2 });
    await t.database.sql(
      'update sandbox_gateway.webhook set next_attempt_at = $1, delivered_at = null',
      [t.clock.now()],
    );
    await t.sandbox.settleDue();
    await t.drain();
    expect((await lena.events()).filter((type) => type === 'payment.succeeded')).toHaveLength(1);
    expect(await lena.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
  });

  it('is settled by asking, should the webhook get lost', async () => {
    const lena = await debited('us');
    // Euros from a US account: refused at once.
    expect(await lena.payments()).toMatchObject([
      { status: 'FAILED', declineCode: 'currency_not_supported', declineClass: 'HARD' },
    ]);
    const joe = await merchant.customer({ account: 'us' });
    await joe.subscription({ currency: 'USD' });
    await t.drain();
    expect(await joe.payments()).toMatchObject([{ status: 'PROCESSING' }]);
    t.faults.beforeWebhook = () => {
      throw new Error('unreachable');
    };
    await t.travel({ days: 2 });
    expect(await joe.payments()).toMatchObject([{ status: 'PROCESSING' }]);
    await recoverWaitingPayments(t.billing);
    expect(await joe.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    delete t.faults.beforeWebhook;
    await t.travel({ minutes: 1 });
    expect(await joe.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
  });

  it.each<[TestAccountAlias, string, string]>([
    ['sepa_insufficient_funds', 'insufficient_funds', 'SOFT'],
    ['sepa_account_closed', 'account_closed', 'HARD'],
    ['sepa_no_account', 'no_account', 'HARD'],
    ['sepa_not_authorized', 'debit_not_authorized', 'HARD'],
  ])('that fails later enters dunning then: %s', async (account, declineCode, declineClass) => {
    const lena = await debited(account);
    await t.travel({ days: 2 });
    const failedAt = t.clock.now();
    expect(await lena.payments()).toMatchObject([{ status: 'FAILED', declineCode, declineClass }]);
    expect(await lena.openInvoices()).toMatchObject([
      {
        pastDueSince: failedAt,
        nextAttemptAt:
          declineClass === 'SOFT' ? new Date(failedAt.getTime() + 3 * 86_400_000) : null,
      },
    ]);
    expect(await lena.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    const [mail] = (await lena.mails()).slice(-1);
    expect(mail).toMatchObject({ tag: 'payment-failed' });
    expect(mail!.text).toContain(declineReason(declineCode, 'en'));
    expect(mail!.text).toMatch(/SEPA\s••••\s\d{4}/);
  });

  it('tells its own reason in every language', () => {
    for (const locale of locales) {
      const told = ['account_closed', 'no_account', 'debit_not_authorized'].map((code) =>
        declineReason(code, locale),
      );
      expect(new Set([...told, declineReason('generic_decline', locale)]).size).toBe(4);
    }
  });

  it('that is retried is debited again, and holds back what comes after it', async () => {
    const lena = await debited('sepa_insufficient_funds');
    await t.travel({ days: 2 });
    await t.travel({ days: 3 });
    expect((await lena.payments()).map(({ status }) => status)).toEqual(['FAILED', 'PROCESSING']);
    await t.travel({ days: 1 });
    expect(await lena.payments()).toHaveLength(2);
    await t.travel({ days: 1 });
    const [invoice] = await lena.openInvoices();
    // Five days from the second failure.
    expect(invoice).toMatchObject({
      dunningRetries: 1,
      nextAttemptAt: new Date(t.clock.now().getTime() + 5 * 86_400_000),
    });
  });

  it('given for a past-due invoice keeps it from being retried or lost meanwhile', async () => {
    const ending = await t.seed.merchant({ finalAction: 'CANCEL_SUBSCRIPTION' });
    const ada = await ending.customer();
    await ada.subscription();
    await t.drain();
    await ada.enterCard('visa_declines_on_charge');
    await t.travel({ days: 31 });
    for (const days of [3, 5]) await t.travel({ days });
    // The last retry is due in 7 days; with it would come the end.
    await t.travel({ days: 6 });
    await ada.enterAccount('sepa');
    await t.drain();
    const before = (await ada.payments()).length;
    await t.travel({ days: 1 });
    expect(await ada.payments()).toHaveLength(before);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    await t.travel({ days: 1 });
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('that fails after the default was changed is collected with the new one at once', async () => {
    const lena = await debited('sepa_insufficient_funds');
    await lena.enterCard('visa');
    await t.travel({ days: 2 });
    expect(await lena.payments()).toMatchObject([
      { status: 'FAILED' },
      { status: 'SUCCEEDED', trigger: 'METHOD_UPDATE' },
    ]);
    expect(await lena.openInvoices()).toEqual([]);
  });

  it('is refunded once it has settled, not before', async () => {
    const lena = await debited('sepa');
    const staff = await merchant.staff();
    const paymentId = (await lena.payments())[0]!.id;
    await expect(refundPayment(t.billing, staff, { paymentId })).rejects.toMatchObject({
      code: 'PAYMENT_NOT_REFUNDABLE',
    });
    await t.travel({ days: 2 });
    await refundPayment(t.billing, staff, { paymentId, amountMinor: 900n });
    await t.drain();
    expect(await lena.payments()).toMatchObject([{ amountRefundedMinor: 900n }]);
  });

  it('keeps its account from being removed while it is processing', async () => {
    const lena = await debited('sepa');
    const [account] = await lena.paymentMethods();
    await lena.enterCard('visa');
    await expect(
      removePaymentMethod(t.billing, await lena.viewer(), { paymentMethodId: account!.id }),
    ).rejects.toMatchObject({ code: 'PAYMENT_METHOD_IN_USE' });
    await t.travel({ days: 2 });
    await removePaymentMethod(t.billing, await lena.viewer(), { paymentMethodId: account!.id });
  });
});

describe('a bank account', () => {
  it('is kept with bank, country and mandate, and replaces itself', async () => {
    const lena = await merchant.customer({ card: null });
    await lena.enterAccount('sepa');
    await lena.enterAccount('sepa');
    const methods = await lena.paymentMethods();
    expect(methods.map(({ removedAt }) => removedAt === null)).toEqual([false, true]);
    expect(methods[1]).toMatchObject({
      type: 'SEPA_DEBIT',
      brand: 'sepa_debit',
      last4: '3000',
      bankName: 'Sandbox Bank Köln',
      country: 'DE',
      expMonth: null,
      expiresAt: null,
      isDefault: true,
      mandateReference: expect.stringMatching(/^MND/),
    });
  });

  it('is offered where every currency the customer is billed in can be debited', async () => {
    const offered = (customer: { id: string }) =>
      offeredPaymentMethodTypes(t.billing, { merchantId: merchant.id, customerId: customer.id });
    const newcomer = await merchant.customer();
    expect(await offered(newcomer)).toEqual(['CARD', 'SEPA_DEBIT']);
    const american = await merchant.customer();
    await american.subscription({ currency: 'USD' });
    expect(await offered(american)).toEqual(['CARD', 'US_BANK_ACCOUNT']);
    await american.subscription({ currency: 'EUR' });
    expect(await offered(american)).toEqual(['CARD']);
    const japanese = await merchant.customer();
    await japanese.subscription({ currency: 'JPY' });
    expect(await offered(japanese)).toEqual(['CARD']);
  });
});
