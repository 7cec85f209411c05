import { recordDispute } from '@4geeks/billing/dispute/record-dispute';
import { recoverDisputes } from '@4geeks/billing/dispute/recover-disputes';
import { disputesVisibleTo } from '@4geeks/billing/dispute/access';
import { recoverWaitingPayments } from '@4geeks/billing/payment/recover-payments';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions, SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

async function charged(options: CustomerOptions): Promise<SeededCustomer> {
  const customer = await merchant.customer(options);
  await customer.subscription();
  await t.drain();
  return customer;
}

const disputesOf = async (customer: SeededCustomer) =>
  t.billing.database.dispute.findMany({ where: { payment: { customerId: customer.id } } });

async function decide(customer: SeededCustomer, answer: 'win' | 'lose'): Promise<void> {
  const [dispute] = await disputesOf(customer);
  await t.sandbox.handleHttp(
    new Request(dispute!.respondUrl!, { method: 'POST', body: new URLSearchParams({ answer }) }),
  );
  await t.drain();
}

const disputeEvents = async (customer: SeededCustomer) =>
  (await customer.events()).filter((type) => type.startsWith('dispute.'));

describe('a dispute', () => {
  it('is recorded when the bank opens it; the invoice stays paid, and nothing is refunded', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    expect(await eve.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await disputesOf(eve)).toEqual([]);
    await t.travel({ days: 2 });
    const opened = t.clock.now();
    expect(await disputesOf(eve)).toMatchObject([
      {
        status: 'OPEN',
        amountMinor: 4900n,
        currency: 'EUR',
        reason: 'fraudulent',
        openedAt: opened,
        respondBy: new Date(opened.getTime() + 14 * 86_400_000),
        respondUrl: expect.stringContaining('/sandbox-gateway/disputes/dp_'),
        closedAt: null,
      },
    ]);
    expect(await disputeEvents(eve)).toEqual(['dispute.opened']);
    expect(await eve.invoices()).toMatchObject([{ status: 'PAID' }]);
    const [payment] = await eve.payments();
    await expect(
      refundPayment(t.billing, await merchant.staff(), { paymentId: payment!.id }),
    ).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
  });

  it('that is won gives the payment back to be refunded', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    await t.travel({ days: 2 });
    await t.travel({ days: 3 });
    await decide(eve, 'win');
    expect(await disputesOf(eve)).toMatchObject([{ status: 'WON', closedAt: t.clock.now() }]);
    expect(await disputeEvents(eve)).toEqual(['dispute.opened', 'dispute.won']);
    const [payment] = await eve.payments();
    await refundPayment(t.billing, await merchant.staff(), { paymentId: payment!.id });
    await t.drain();
    expect(await eve.payments()).toMatchObject([{ amountRefundedMinor: 4900n }]);
  });

  it('that is lost stays lost', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    await t.travel({ days: 2 });
    await decide(eve, 'lose');
    await decide(eve, 'win');
    expect(await disputesOf(eve)).toMatchObject([{ status: 'LOST' }]);
    expect(await disputeEvents(eve)).toEqual(['dispute.opened', 'dispute.lost']);
    const [payment] = await eve.payments();
    await expect(
      refundPayment(t.billing, await merchant.staff(), { paymentId: payment!.id }),
    ).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
  });

  it('takes what was not refunded before', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    const [payment] = await eve.payments();
    const staff = await merchant.staff();
    await refundPayment(t.billing, staff, { paymentId: payment!.id, amountMinor: 900n });
    await t.drain();
    await t.travel({ days: 2 });
    expect(await disputesOf(eve)).toMatchObject([{ amountMinor: 4000n }]);
  });

  it('refuses a refund that was on its way when the bank opened it', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    const [payment] = await eve.payments();
    t.clock.advance({ days: 2 });
    await refundPayment(t.billing, await merchant.staff(), { paymentId: payment!.id });
    await t.sandbox.settleDue();
    await t.drain();
    expect(await eve.payments()).toMatchObject([{ amountRefundedMinor: 0n }]);
    expect(
      await t.billing.database.refund.findMany({ where: { paymentId: payment!.id } }),
    ).toMatchObject([{ status: 'FAILED' }]);
    expect(await disputesOf(eve)).toMatchObject([{ status: 'OPEN', amountMinor: 4900n }]);
  });

  it('of a debit that the bank returns late is lost from the beginning', async () => {
    const lena = await charged({ account: 'sepa_returned' });
    await t.travel({ days: 2 });
    expect(await lena.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    await t.travel({ days: 2 });
    expect(await disputesOf(lena)).toMatchObject([
      { status: 'LOST', reason: 'insufficient_funds', respondBy: null, closedAt: t.clock.now() },
    ]);
    expect(await disputeEvents(lena)).toEqual(['dispute.opened', 'dispute.lost']);
  });

  it('is recorded once, however often the gateway says so', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    await t.travel({ days: 2 });
    const { gatewayDisputeId } = (await disputesOf(eve))[0]!;
    await Promise.all([1, 2, 3].map(() => recordDispute(t.billing, { gatewayDisputeId })));
    expect(await disputesOf(eve)).toHaveLength(1);
    expect(await disputeEvents(eve)).toEqual(['dispute.opened']);
    expect(await recordDispute(t.billing, { gatewayDisputeId: 'dp_unknown' })).toBeNull();
  });

  it('is found by asking, should every webhook get lost', async () => {
    t.faults.beforeWebhook = () => {
      throw new Error('unreachable');
    };
    const lena = await charged({ account: 'sepa_disputed' });
    await t.travel({ days: 2 });
    await t.travel({ days: 2 });
    expect(await lena.payments()).toMatchObject([{ status: 'PROCESSING' }]);
    // Only what succeeded is disputed: the payment is settled first.
    await recoverDisputes(t.billing);
    expect(await lena.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await disputesOf(lena)).toMatchObject([{ status: 'OPEN' }]);
    await decide(lena, 'lose');
    expect(await disputesOf(lena)).toMatchObject([{ status: 'OPEN' }]);
    t.clock.advance({ days: 30 });
    await recoverDisputes(t.billing);
    await recoverDisputes(t.billing);
    expect(await disputesOf(lena)).toMatchObject([{ status: 'LOST' }]);
    expect(await disputeEvents(lena)).toEqual(['dispute.opened', 'dispute.lost']);
    delete t.faults.beforeWebhook;
    await recoverWaitingPayments(t.billing);
    await t.drain();
  });

  it('is not seen by customers', async () => {
    const eve = await charged({ card: 'visa_disputed' });
    await t.travel({ days: 2 });
    const seenBy = async (viewer: Parameters<typeof disputesVisibleTo>[0]) =>
      t.billing.database.dispute.count({ where: disputesVisibleTo(viewer) });
    expect(await seenBy(await eve.viewer())).toBe(0);
    expect(await seenBy(await merchant.staff())).toBeGreaterThan(0);
    expect(await seenBy(await (await t.seed.merchant()).staff())).toBe(0);
  });
});
