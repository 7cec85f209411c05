/** Refunds: never more than was paid, each made once, whatever fails or races. */
import { recoverRefunds } from '@4geeks/billing/refund/recover-refunds';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { sendRefund } from '@4geeks/billing/refund/send-refund';
import { settleRefund } from '@4geeks/billing/refund/settle-refund';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions, SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const staff = await merchant.staff();
const { database } = t.billing;

afterEach(() => {
  delete t.faults.beforeRequest;
  delete t.faults.afterRefund;
});

/** A customer and the payment of 49.00 that they made. */
async function payer(options: CustomerOptions & { amountMinor?: bigint } = {}) {
  const ada = await merchant.customer(options);
  await ada.subscription({ amountMinor: options.amountMinor ?? 4900n });
  await t.drain();
  const [payment] = await ada.payments();
  return { ada, paymentId: payment!.id };
}

const refundsOf = (paymentId: string) =>
  database.refund.findMany({ where: { paymentId }, orderBy: { id: 'asc' } });

/** What the gateway says went back, by its own books. */
async function refundedAtGateway(paymentId: string): Promise<{ count: number; sum: bigint }> {
  const payment = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const [row] = await t.database.sql<{ count: number; sum: string }>(
    `select count(*)::int as count, coalesce(sum(amount_minor), 0) as sum
     from sandbox_gateway.refund where charge_id = $1 and status = 'succeeded'`,
    [payment.gatewayPaymentId],
  );
  return { count: row!.count, sum: BigInt(row!.sum) };
}

const refundEvents = async (ada: SeededCustomer) =>
  (await ada.events()).filter((type) => type.startsWith('refund.'));

describe('refunding a payment', () => {
  it('gives all of it back: pending at first, then done, and said so', async () => {
    const { ada, paymentId } = await payer();
    const refund = await refundPayment(t.billing, staff, { paymentId, reason: ' A mistake. ' });
    expect(refund).toMatchObject({
      status: 'PENDING',
      amountMinor: 4900n,
      currency: 'EUR',
      reason: 'A mistake.',
    });
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 0, sum: 0n });
    await t.drain();
    expect(await refundsOf(paymentId)).toMatchObject([
      { status: 'SUCCEEDED', settledAt: t.clock.now(), failureCode: null },
    ]);
    expect(await ada.payments()).toMatchObject([
      { status: 'SUCCEEDED', amountRefundedMinor: 4900n },
    ]);
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 1, sum: 4900n });
    expect(await refundEvents(ada)).toEqual(['refund.created', 'refund.succeeded']);
  });

  it('gives parts back until nothing is left', async () => {
    const { paymentId } = await payer();
    await refundPayment(t.billing, staff, { paymentId, amountMinor: 1000n });
    // What is on its way counts already.
    await expect(
      refundPayment(t.billing, staff, { paymentId, amountMinor: 3901n }),
    ).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_PAYMENT',
      facts: { refundableMinor: '3900' },
    });
    await t.drain();
    const { viewer } = await merchant.apiKey(['payments:write']);
    await refundPayment(t.billing, viewer, { paymentId, amountMinor: 3899n });
    expect(await refundPayment(t.billing, staff, { paymentId })).toMatchObject({ amountMinor: 1n });
    await t.drain();
    await expect(refundPayment(t.billing, staff, { paymentId })).rejects.toMatchObject({
      code: 'PAYMENT_NOT_REFUNDABLE',
    });
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 3, sum: 4900n });
  });

  it('is made once under one request key, and refused for another amount under it', async () => {
    const { paymentId } = await payer();
    const ask = (amountMinor: bigint) =>
      refundPayment(t.billing, staff, { paymentId, amountMinor, requestKey: 'order 7' });
    const [first, again] = await Promise.all([ask(100n), ask(100n)]);
    expect(again.id).toBe(first.id);
    await t.drain();
    expect((await ask(100n)).status).toBe('SUCCEEDED');
    await expect(ask(200n)).rejects.toMatchObject({ code: 'REQUEST_KEY_REUSED' });
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 1, sum: 100n });
  });

  it('fails where the gateway cannot, and may be tried again', async () => {
    const { ada, paymentId } = await payer({ card: 'visa_refund_fails' });
    for (const round of [1, 2]) {
      await refundPayment(t.billing, staff, { paymentId });
      await t.drain();
      expect(await refundsOf(paymentId)).toHaveLength(round);
    }
    expect(await refundsOf(paymentId)).toMatchObject([
      { status: 'FAILED', failureCode: 'expired_or_canceled_card' },
      { status: 'FAILED' },
    ]);
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 0n }]);
    expect(await refundEvents(ada)).toEqual([
      'refund.created',
      'refund.failed',
      'refund.created',
      'refund.failed',
    ]);
  });

  it('is refused for nothing, for less, for failed and disputed payments, and for another’s', async () => {
    const { paymentId } = await payer();
    for (const amountMinor of [0n, -1n]) {
      await expect(
        refundPayment(t.billing, staff, { paymentId, amountMinor }),
      ).rejects.toMatchObject({ code: 'INVALID_INPUT', facts: { field: 'amountMinor' } });
    }
    const declined = await payer({ card: 'visa_lost' });
    await expect(
      refundPayment(t.billing, staff, { paymentId: declined.paymentId }),
    ).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
    await database.dispute.create({
      data: {
        merchantId: merchant.id,
        paymentId,
        amountMinor: 4000n,
        currency: 'EUR',
        reason: 'fraudulent',
        gatewayDisputeId: `dp_${paymentId}`,
        openedAt: t.clock.now(),
      },
    });
    await expect(
      refundPayment(t.billing, staff, { paymentId, amountMinor: 901n }),
    ).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
    const other = await t.seed.merchant();
    await expect(
      refundPayment(t.billing, await other.staff(), { paymentId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await refundsOf(paymentId)).toEqual([]);
  });

  it('never exceeds the payment, however many are asked for at once', async () => {
    const { ada, paymentId } = await payer();
    const other = t.another();
    const asked = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        refundPayment(index % 2 ? t.billing : other.billing, staff, {
          paymentId,
          amountMinor: 1000n,
        }),
      ),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    await t.drain();
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 4, sum: 4000n });
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 4000n }]);
  });

  it('keeps both books equal over random refunds, faults and repeats', async () => {
    const { ada, paymentId } = await payer({ amountMinor: 1_000_000n });
    // A fixed sequence, so that a failure can be seen again.
    let state = 42;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    for (let round = 0; round < 40; round += 1) {
      const fault = random(4);
      t.faults.beforeRequest = (operation) => {
        if (fault === 1 && operation === 'refund') throw new Error('unreachable');
      };
      t.faults.afterRefund = () => {
        if (fault === 2) throw new Error('timeout');
      };
      await Promise.allSettled(
        Array.from({ length: 1 + random(3) }, () =>
          refundPayment(t.billing, staff, { paymentId, amountMinor: BigInt(1 + random(80_000)) }),
        ),
      );
      await t.drain();
      delete t.faults.beforeRequest;
      delete t.faults.afterRefund;
      if (random(3) === 0) {
        t.clock.advance({ minutes: 2 });
        await Promise.all([recoverRefunds(t.billing), recoverRefunds(t.billing)]);
      }
      expect((await refundedAtGateway(paymentId)).sum).toBeLessThanOrEqual(1_000_000n);
    }
    t.clock.advance({ minutes: 2 });
    await recoverRefunds(t.billing);
    await refundPayment(t.billing, staff, { paymentId }).catch(() => {});
    await t.drain();
    const refunds = await refundsOf(paymentId);
    expect(refunds.every(({ status }) => status === 'SUCCEEDED')).toBe(true);
    expect(await refundedAtGateway(paymentId)).toEqual({ count: refunds.length, sum: 1_000_000n });
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 1_000_000n }]);
    const events = await refundEvents(ada);
    expect(events.filter((type) => type === 'refund.succeeded')).toHaveLength(refunds.length);
  });
});

describe('a refund whose answer is lost', () => {
  it.each(['before', 'after'] as const)(
    'is made once when the gateway was lost %s it had refunded',
    async (when) => {
      const { ada, paymentId } = await payer();
      const fail = () => {
        throw new Error('timeout');
      };
      if (when === 'after') t.faults.afterRefund = fail;
      else t.faults.beforeRequest = (operation) => (operation === 'refund' ? fail() : undefined);
      await refundPayment(t.billing, staff, { paymentId });
      await t.drain();
      expect(await refundsOf(paymentId)).toMatchObject([{ status: 'PENDING' }]);
      expect((await refundedAtGateway(paymentId)).count).toBe(when === 'after' ? 1 : 0);
      // Still unknown: it must not be possible to give the money back a second time.
      await expect(refundPayment(t.billing, staff, { paymentId })).rejects.toMatchObject({
        code: 'PAYMENT_NOT_REFUNDABLE',
      });
      delete t.faults.afterRefund;
      delete t.faults.beforeRequest;
      await t.travel({ minutes: 2 });
      expect(await refundsOf(paymentId)).toMatchObject([{ status: 'SUCCEEDED' }]);
      expect(await refundedAtGateway(paymentId)).toEqual({ count: 1, sum: 4900n });
      expect(await refundEvents(ada)).toEqual(['refund.created', 'refund.succeeded']);
    },
  );

  it('stays pending for as long as the gateway stays silent', async () => {
    const { paymentId } = await payer();
    t.faults.beforeRequest = () => {
      throw new Error('unavailable');
    };
    await refundPayment(t.billing, staff, { paymentId });
    await t.drain();
    t.clock.advance({ minutes: 30 });
    expect(await recoverRefunds(t.billing)).toBe(0);
    expect(await refundsOf(paymentId)).toMatchObject([{ status: 'PENDING' }]);
  });

  it('is settled once, whoever comes second', async () => {
    const { ada, paymentId } = await payer();
    const refund = await refundPayment(t.billing, staff, { paymentId, amountMinor: 700n });
    const send = () => sendRefund(t.billing, { merchantId: merchant.id, refundId: refund.id });
    const outcomes = await Promise.all([send(), send(), send()]);
    expect(outcomes.sort()).toEqual(['already_settled', 'already_settled', 'succeeded']);
    expect(
      await settleRefund(t.billing, refund, {
        status: 'failed',
        gatewayRefundId: 're_late',
        failureCode: 'late',
      }),
    ).toBe('already_settled');
    await t.drain();
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 700n }]);
    expect(await refundedAtGateway(paymentId)).toEqual({ count: 1, sum: 700n });
  });
});
