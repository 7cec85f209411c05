/** Walks every cell of docs/invoices.md by asking the use cases themselves. */
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { applyCouponToInvoice } from '@4geeks/billing/discount/apply-coupon-to-invoice';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import {
  invoiceChanges,
  invoiceStatuses,
  type InvoiceCell,
  type InvoiceChange,
} from '@4geeks/billing/invoice/invoice-changes';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { removeInvoiceLine } from '@4geeks/billing/invoice/remove-invoice-line';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { updateInvoice } from '@4geeks/billing/invoice/update-invoice';
import { updateInvoiceLine } from '@4geeks/billing/invoice/update-invoice-line';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { paymentStatusAfter, paymentStatuses } from '@4geeks/billing/payment/payment-changes';
import { settlePayment } from '@4geeks/billing/payment/settle-payment';
import type { ChargeOutcome, RefundOutcome } from '@4geeks/billing/ports';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { refundStatusAfter, refundStatuses } from '@4geeks/billing/refund/refund-changes';
import { settleRefund } from '@4geeks/billing/refund/settle-refund';
import type { PaymentStatus, RefundStatus } from '@4geeks/prisma';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { createStates } from '../testkit/states.ts';

const t = await testBilling();
const { merchant, invoiceIn } = await createStates(
  { ...t, travel: (days) => t.travel({ days }) },
  t.seed,
);
const { system } = merchant;
const { database } = t.billing;
await createCoupon(t.billing, system, { code: 'TENTH', percentOffBps: 1000, duration: 'FOREVER' });

afterEach(() => {
  delete t.faults.afterCharge;
  delete t.faults.afterRefund;
});

type Asked = Awaited<ReturnType<typeof invoiceIn>>;

const ask: Record<InvoiceChange, ((asked: Asked) => Promise<unknown>)[]> = {
  change_lines: [
    ({ invoiceId }) =>
      addInvoiceLine(t.billing, system, {
        invoiceId,
        description: 'More',
        quantity: 1,
        unitAmountMinor: 100n,
      }),
    ({ invoiceLineId }) => removeInvoiceLine(t.billing, system, { invoiceLineId }),
    ({ invoiceLineId }) =>
      updateInvoiceLine(t.billing, system, { invoiceLineId, unitAmountMinor: 1n }),
    ({ invoiceId }) => updateInvoice(t.billing, system, { invoiceId, memo: 'Thanks' }),
    ({ invoiceId }) => applyCouponToInvoice(t.billing, system, { invoiceId, code: 'TENTH' }),
  ],
  finalize: [({ invoiceId }) => finalizeInvoice(t.billing, system, { invoiceId, collect: false })],
  collect: [({ invoiceId }) => requestInvoiceCollection(t.billing, system, { invoiceId })],
  credit: [
    ({ invoiceId }) =>
      creditInvoice(t.billing, system, { invoiceId, amountMinor: 900n, reason: 'Goodwill' }),
  ],
  void: [({ invoiceId }) => voidInvoice(t.billing, system, { invoiceId })],
  mark_uncollectible: [
    ({ invoiceId }) => markInvoiceUncollectible(t.billing, system, { invoiceId }),
  ],
};

const readInvoice = (id: string) =>
  database.invoice.findUniqueOrThrow({
    where: { id },
    include: { lines: true, payments: true, creditNotes: true },
  });

describe.each(invoiceStatuses)('an invoice that is %s', (status) => {
  it.each(Object.keys(ask) as InvoiceChange[])('%s', async (change) => {
    const cell: InvoiceCell = invoiceChanges[change][status];
    for (const one of ask[change]) {
      const asked = await invoiceIn(status);
      const before = await readInvoice(asked.invoiceId);
      expect(before.status).toBe(status);
      const asking = one(asked);
      if ('refused' in cell) {
        await expect(asking).rejects.toMatchObject({ code: cell.refused, facts: { status } });
        expect(await readInvoice(asked.invoiceId)).toEqual(before);
      } else {
        await asking;
        await t.drain();
        expect(await readInvoice(asked.invoiceId)).toMatchObject({ status: cell.to });
      }
    }
  });
});

it('nothing but a draft is deleted', async () => {
  for (const status of invoiceStatuses) {
    const { invoiceId } = await invoiceIn(status);
    const deleting = deleteDraftInvoice(t.billing, system, { invoiceId });
    if (status === 'DRAFT') await deleting;
    else await expect(deleting).rejects.toMatchObject({ code: 'INVOICE_NOT_DRAFT' });
    expect(await database.invoice.count({ where: { id: invoiceId } })).toBe(
      status === 'DRAFT' ? 0 : 1,
    );
  }
});

it.each(['collect', 'credit', 'void', 'mark_uncollectible'] as const)(
  '%s waits for a payment that is in flight',
  async (change) => {
    const asked = await invoiceIn('OPEN', { card: 'visa_3ds' });
    await requestInvoiceCollection(t.billing, system, asked);
    await t.drain();
    const before = await readInvoice(asked.invoiceId);
    for (const one of ask[change]) {
      await expect(one(asked)).rejects.toMatchObject({ code: 'ALREADY_COLLECTING' });
    }
    expect(await readInvoice(asked.invoiceId)).toEqual(before);
  },
);

async function paymentIn(status: PaymentStatus) {
  if (status === 'PENDING' || status === 'PROCESSING') {
    t.faults.afterCharge = () => {
      throw new Error('timeout');
    };
  }
  const card =
    status === 'REQUIRES_ACTION'
      ? 'visa_3ds'
      : status === 'FAILED'
        ? 'visa_insufficient_funds'
        : 'visa';
  const { customer, invoiceId } = await invoiceIn('OPEN', { card });
  await requestInvoiceCollection(t.billing, system, { invoiceId });
  await t.drain();
  const payment = (await customer.payments())[0]!;
  if (status === 'PROCESSING') await settlePayment(t.billing, payment, word.processing(payment.id));
  return { customer, id: payment.id, invoiceId };
}

/** What the gateway may say, of any charge. */
const word: Record<ChargeOutcome['status'], (id: string) => ChargeOutcome> = {
  succeeded: (id) => ({ status: 'succeeded', gatewayPaymentId: `ch_${id}` }),
  processing: (id) => ({ status: 'processing', gatewayPaymentId: `ch_${id}` }),
  requires_action: (id) => ({
    status: 'requires_action',
    gatewayPaymentId: `ch_${id}`,
    actionUrl: 'https://bank.example/challenge',
  }),
  declined: (id) => ({
    status: 'declined',
    gatewayPaymentId: `ch_${id}`,
    declineCode: 'insufficient_funds',
  }),
};

describe.each(paymentStatuses)('a payment that is %s', (status) => {
  it.each(Object.keys(word) as ChargeOutcome['status'][])(
    'and the gateway says %s',
    async (says) => {
      const { customer, id, invoiceId } = await paymentIn(status);
      const read = () => database.payment.findUniqueOrThrow({ where: { id } });
      const before = [await read(), await readInvoice(invoiceId), await customer.events()];
      expect(before[0]).toMatchObject({ id, status });
      const settledAs = await settlePayment(t.billing, await read(), word[says](id));
      const to = paymentStatusAfter(says, status);
      expect(settledAs).toBe(to === null ? 'already_settled' : says);
      if (to === null) {
        expect([await read(), await readInvoice(invoiceId), await customer.events()]).toEqual(
          before,
        );
        return;
      }
      expect(await read()).toMatchObject({ status: to });
      expect(await readInvoice(invoiceId)).toMatchObject({
        status: to === 'SUCCEEDED' ? 'PAID' : 'OPEN',
        amountPaidMinor: to === 'SUCCEEDED' ? 4900n : 0n,
      });
      const told = (await customer.events()).filter((type) => type === `payment.${says}`);
      if (to !== 'FAILED') expect(told).toHaveLength(1);
    },
  );
});

async function refundIn(status: RefundStatus) {
  if (status === 'PENDING') {
    t.faults.afterRefund = () => {
      throw new Error('timeout');
    };
  }
  const card = status === 'FAILED' ? 'visa_refund_fails' : 'visa';
  const { customer } = await invoiceIn('PAID', { card });
  const paymentId = (await customer.payments())[0]!.id;
  const refund = await refundPayment(t.billing, system, { paymentId, amountMinor: 900n });
  await t.drain();
  return { customer, refund };
}

const refundWord: Record<RefundOutcome['status'], (id: string) => RefundOutcome> = {
  succeeded: (id) => ({ status: 'succeeded', gatewayRefundId: `re_${id}` }),
  failed: (id) => ({ status: 'failed', gatewayRefundId: `re_${id}`, failureCode: 'expired_card' }),
};

describe.each(refundStatuses)('a refund that is %s', (status) => {
  it.each(['succeeded', 'failed'] as const)('and the gateway says it has %s', async (says) => {
    const { customer, refund } = await refundIn(status);
    const read = () =>
      database.refund.findUniqueOrThrow({ where: { id: refund.id }, include: { payment: true } });
    const before = [await read(), await customer.events()];
    expect(before[0]).toMatchObject({ status });
    const settledAs = await settleRefund(t.billing, refund, refundWord[says](refund.id));
    const to = refundStatusAfter(says, status);
    expect(settledAs).toBe(to === null ? 'already_settled' : says);
    if (to === null) {
      expect([await read(), await customer.events()]).toEqual(before);
      return;
    }
    expect(await read()).toMatchObject({
      status: to,
      payment: { amountRefundedMinor: to === 'SUCCEEDED' ? 900n : 0n },
    });
    expect((await customer.events()).at(-1)).toBe(`refund.${says}`);
  });
});
