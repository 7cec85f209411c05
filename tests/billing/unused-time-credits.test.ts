/**
 * What a cheaper plan gives back to the balance is not given back again by a refund, nor the other
 * way round: together never more than was paid.
 */
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions } from '../testkit/seed.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const merchant = await t.seed.merchant();
const { system } = merchant;
const { database } = t.billing;
const { id: productId } = await createProduct(t.billing, system, { name: 'Team' });

async function priceOf(unitAmountMinor: bigint): Promise<string> {
  const { id } = await createPrice(t.billing, system, {
    productId,
    currency: 'EUR',
    unitAmountMinor,
    interval: 'YEAR',
  });
  return id;
}
const team = await priceOf(4900n);
const business = await priceOf(9900n);
const enterprise = await priceOf(20_000n);

/** Pays 99.00 for a year whose whole time is left. */
async function subscribed(options: CustomerOptions = {}) {
  const ada = await merchant.customer(options);
  const { id: subscriptionId } = await createSubscription(t.billing, system, {
    customerId: ada.id,
    items: [{ priceId: business }],
  });
  await t.drain();
  return {
    ada,
    changeTo: (priceId: string) =>
      changeSubscription(t.billing, system, { subscriptionId, items: [{ priceId }], when: 'NOW' }),
    refund: async (amountMinor: bigint | null, ofPayment = 0) =>
      refundPayment(t.billing, system, {
        paymentId: (await ada.payments())[ofPayment]!.id,
        amountMinor,
      }),
  };
}

describe('after a downgrade has credited the balance', () => {
  it('a refund of all that was paid is refused, one of the rest is made', async () => {
    const { ada, changeTo, refund } = await subscribed();
    // 99.00 - 49.00 = 50.00 of credit; 49.00 are left to go back.
    await changeTo(team);
    const [invoice] = await ada.invoices();
    expect(invoice).toMatchObject({ balanceCreditedMinor: 5000n, amountPaidMinor: 9900n });
    expect(await database.balanceEntry.findMany({ where: { customerId: ada.id } })).toMatchObject([
      { amountMinor: 5000n, reason: 'PRORATION', invoiceId: invoice!.id },
    ]);
    for (const amountMinor of [9900n, 4901n]) {
      await expect(refund(amountMinor)).rejects.toMatchObject({
        code: 'CREDITED_TO_BALANCE',
        facts: { refundableMinor: '4900', creditedMinor: '5000' },
      });
    }
    await expect(refund(9901n)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
    expect(await refund(null)).toMatchObject({ amountMinor: 4900n });
    await expect(refund(1n)).rejects.toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    await expect(refund(null)).rejects.toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    await t.drain();
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 4900n }]);
  });

  it('a bank may take back all the same what was paid; then nothing more is given back', async () => {
    const { ada, changeTo, refund } = await subscribed({ card: 'visa_disputed' });
    await changeTo(team);
    await t.travel({ days: 2 });
    expect(
      await database.dispute.findMany({ where: { payment: { customerId: ada.id } } }),
    ).toMatchObject([{ status: 'OPEN', amountMinor: 9900n }]);
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', balanceCreditedMinor: 5000n }]);
    await expect(refund(null)).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
    await expect(refund(1n)).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
    await expect(changeTo(await priceOf(100n))).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
  });

  it('a credit note on the paid invoice is held to the same', async () => {
    const { ada, changeTo } = await subscribed();
    await changeTo(team);
    const [invoice] = await ada.invoices();
    const credit = (amountMinor: bigint) =>
      creditInvoice(t.billing, system, { invoiceId: invoice!.id, amountMinor, reason: 'Sorry' });
    await expect(credit(4901n)).rejects.toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    expect(await database.creditNote.count({ where: { invoiceId: invoice!.id } })).toBe(0);
    await credit(4900n);
  });

  it('the newest invoice gives back first', async () => {
    const { ada, changeTo, refund } = await subscribed();
    // 200.00 - 99.00 = 101.00 to pay; back from 200.00 to 49.00 are 151.00.
    await changeTo(enterprise);
    await t.drain();
    await changeTo(team);
    expect(await ada.invoices()).toMatchObject([
      { amountPaidMinor: 9900n, balanceCreditedMinor: 5000n },
      { amountPaidMinor: 10_100n, balanceCreditedMinor: 10_100n },
    ]);
    await expect(refund(null, 1)).rejects.toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    expect(await refund(null, 0)).toMatchObject({ amountMinor: 4900n });
  });

  it('gives back first what the balance had paid, and then the payment', async () => {
    const { ada, changeTo, refund } = await subscribed();
    await changeTo(team);
    // 200.00 - 49.00 = 151.00, less 50.00 of balance: 101.00 are charged.
    await changeTo(enterprise);
    await t.drain();
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([9900n, 10_100n]);
    // 200.00 - 99.00 = 101.00 back: 50.00 that the balance paid, 51.00 of the payment.
    await changeTo(business);
    expect((await ada.invoices())[1]).toMatchObject({
      balanceAppliedMinor: 5000n,
      balanceCreditedMinor: 10_100n,
    });
    await expect(refund(5001n, 1)).rejects.toMatchObject({
      code: 'CREDITED_TO_BALANCE',
      facts: { refundableMinor: '5000' },
    });
    expect(await refund(null, 1)).toMatchObject({ amountMinor: 5000n });
  });
});

describe('after a refund', () => {
  it('a downgrade is refused, also while its outcome is not known', async () => {
    const { ada, changeTo, refund } = await subscribed();
    await refund(1n);
    await expect(changeTo(team)).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
    await t.drain();
    await expect(changeTo(team)).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
    expect(await database.balanceEntry.count({ where: { customerId: ada.id } })).toBe(0);
  });

  it('that the gateway could not make, a downgrade credits all', async () => {
    const { ada, changeTo, refund } = await subscribed({ card: 'visa_refund_fails' });
    await refund(null);
    await t.drain();
    await changeTo(team);
    expect(await ada.invoices()).toMatchObject([{ balanceCreditedMinor: 5000n }]);
  });

  it('a downgrade waits for one that is being asked for: one of the two is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { ada, changeTo, refund } = await subscribed();
      const asked = await Promise.allSettled(
        round % 2 ? [changeTo(team), refund(9900n)] : [refund(9900n), changeTo(team)],
      );
      expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      await t.drain();
      const [payment] = await ada.payments();
      const [invoice] = await ada.invoices();
      expect([0n, 9900n]).toContain(payment!.amountRefundedMinor);
      expect(invoice!.balanceCreditedMinor).toBe(payment!.amountRefundedMinor ? 0n : 5000n);
    }
  });
});

it('what is disputed is not paid: nothing of it is credited', async () => {
  const { ada, changeTo } = await subscribed();
  const [payment] = await ada.payments();
  await database.dispute.create({
    data: {
      merchantId: merchant.id,
      paymentId: payment!.id,
      amountMinor: 9900n,
      currency: 'EUR',
      reason: 'fraudulent',
      gatewayDisputeId: `dp_${payment!.id}`,
      openedAt: t.clock.now(),
    },
  });
  await expect(changeTo(team)).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
});

it('the database itself keeps credits within what was paid', async () => {
  const { ada } = await subscribed();
  const [invoice] = await ada.invoices();
  await expect(
    t.database.sql(`update "Invoice" set "balanceCreditedMinor" = 9901 where id = $1`, [
      invoice!.id,
    ]),
  ).rejects.toMatchObject({ constraint: 'invoice_balance_credited' });
});
