/**
 * A process that dies before any statement, request, commit or hand-over between what was asked for
 * and its last bookkeeping, and another one after it: everything is as if nothing had happened.
 */
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { renewDueSubscriptions } from '@4geeks/billing/subscription/renew-due-subscriptions';
import { afterEach, describe, expect, it } from 'vitest';

import { brokenInvariants } from '../soak/invariants.ts';
import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions, SeededCustomer } from '../testkit/seed.ts';
import { killEverywhere } from './mortal-flow.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const { database } = t.billing;
const { system } = merchant;

interface Scene {
  ada: SeededCustomer;
  /** The open invoice it is about. */
  invoiceId: string;
}

/** A one-off invoice over 49.00 that waits to be paid. */
async function invoiced(options: CustomerOptions = {}): Promise<Scene> {
  const ada = await merchant.customer(options);
  const { id: invoiceId } = await createInvoice(t.billing, system, { customerId: ada.id });
  await addInvoiceLine(t.billing, system, {
    invoiceId,
    description: 'Workshop',
    quantity: 1,
    unitAmountMinor: 4900n,
  });
  await finalizeInvoice(t.billing, system, { invoiceId, collect: false });
  return { ada, invoiceId };
}

const pay = async (billing: typeof t.billing, { ada, invoiceId }: Scene) =>
  requestInvoiceCollection(billing, await ada.viewer(), { invoiceId });

/** The same, collected. */
async function paid(options: CustomerOptions = {}): Promise<Scene & { paymentId: string }> {
  const scene = await invoiced(options);
  await pay(t.billing, scene);
  await t.drain();
  return { ...scene, paymentId: (await scene.ada.payments())[0]!.id };
}

const jobsLeft = async () =>
  (await t.database.sql('select from graphile_worker._private_jobs')).length;

const tally = (names: readonly string[]) =>
  Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]),
  );

/** What there is of money, on both sides, and what was told of it. */
async function booksOf({ ada }: Scene) {
  const refunds = await database.refund.findMany({ where: { payment: { customerId: ada.id } } });
  const refundedAtGateway = await t.database.sql<{ is: string }>(
    `select status || ' ' || amount_minor as is from sandbox_gateway.refund
     where idempotency_key = any($1) order by created_at, id`,
    [refunds.map(({ idempotencyKey }) => idempotencyKey)],
  );
  const told = (await ada.events()).filter((type) => /^(payment|refund|credit_note)\./.test(type));
  return {
    invoices: (await ada.invoices()).map(({ status }) => status),
    payments: (await ada.payments()).map(({ status, amountMinor }) => `${status} ${amountMinor}`),
    charges: (await ada.charges()).map(({ status, amountMinor }) => `${status} ${amountMinor}`),
    refunds: refunds.map(({ status, amountMinor }) => `${status} ${amountMinor}`),
    refundedAtGateway: refundedAtGateway.map((row) => row.is),
    told: tally([...told, ...(await ada.events()).filter((type) => /^invoice\.p/.test(type))]),
    mails: tally((await ada.mails()).map(({ tag }) => tag ?? '')),
  };
}

const collected = {
  invoices: ['PAID'],
  payments: ['SUCCEEDED 4900'],
  charges: ['succeeded 4900'],
  refunds: [],
  refundedAtGateway: [],
  told: { 'invoice.paid': 1, 'payment.started': 1, 'payment.succeeded': 1 },
  mails: { 'invoice-created': 1, 'payment-receipt': 1 },
};

afterEach(async () => {
  expect(await brokenInvariants(t.database, t.clock.now())).toEqual({});
});

/** Each is walked again for every step there is. */
const walk = { timeout: 240_000 };

describe('a payment', walk, () => {
  it('that a customer asks for', async () => {
    const killed = await killEverywhere<Scene>(t, {
      prepare: invoiced,
      ask: pay,
      wasHeard: async ({ ada }) => (await jobsLeft()) + (await ada.payments()).length > 0,
      expect: async (scene) => expect(await booksOf(scene)).toEqual(collected),
    });
    // Among everything else, the steps where money could be lost or move twice.
    expect(killed).toEqual(
      expect.arrayContaining([
        'Killed before enqueueing collect-invoice',
        'Killed before a statement in plain SQL',
        'Killed before charge',
        'Killed after charge',
        'Killed before a commit',
        'Killed after a commit',
        'Killed before the queue hears that collect-invoice is done',
        'Killed before send',
        'Killed after send',
      ]),
    );
  });

  it('that is declined', async () => {
    await killEverywhere<Scene>(t, {
      prepare: () => invoiced({ card: 'visa_insufficient_funds' }),
      ask: pay,
      wasHeard: async ({ ada }) => (await jobsLeft()) + (await ada.payments()).length > 0,
      expect: async (scene) =>
        expect(await booksOf(scene)).toEqual({
          ...collected,
          invoices: ['OPEN'],
          payments: ['FAILED 4900'],
          charges: ['declined 4900'],
          told: { 'invoice.past_due': 1, 'payment.failed': 1, 'payment.started': 1 },
          mails: { 'invoice-created': 1, 'payment-failed': 1 },
        }),
    });
  });

  it('that a new card makes good', async () => {
    await killEverywhere<Scene & { setupToken: string }>(t, {
      async prepare() {
        const scene = await invoiced({ card: 'visa_insufficient_funds' });
        await pay(t.billing, scene);
        await t.drain();
        return { ...scene, setupToken: await scene.ada.typeCard('visa') };
      },
      ask: async (billing, { ada, setupToken }) =>
        addPaymentMethod(billing, await ada.viewer(), { setupToken, makeDefault: true }),
      wasHeard: async ({ ada }) => (await ada.paymentMethods()).length === 2,
      expect: async (scene) =>
        expect(await booksOf(scene)).toEqual({
          ...collected,
          payments: ['FAILED 4900', 'SUCCEEDED 4900'],
          charges: ['declined 4900', 'succeeded 4900'],
          told: {
            'invoice.paid': 1,
            'invoice.past_due': 1,
            'payment.failed': 1,
            'payment.started': 2,
            'payment.succeeded': 1,
          },
          mails: { 'invoice-created': 1, 'payment-failed': 1, 'payment-receipt': 1 },
        }),
    });
  });

  it('that the customer has confirmed', async () => {
    await killEverywhere<Scene>(t, {
      async prepare() {
        const scene = await invoiced({ card: 'visa_3ds' });
        await pay(t.billing, scene);
        await t.drain();
        return scene;
      },
      async ask(_billing, { ada }) {
        const body = new URLSearchParams({ answer: 'complete' });
        const [payment] = await ada.payments();
        await t.sandbox.handleHttp(new Request(payment!.actionUrl!, { method: 'POST', body }));
      },
      wasHeard: async () => true,
      expect: async (scene) =>
        expect(await booksOf(scene)).toEqual({
          ...collected,
          told: { ...collected.told, 'payment.requires_action': 1 },
          mails: { ...collected.mails, 'payment-action-required': 1 },
        }),
    });
  });

  it('of a renewal', async () => {
    await killEverywhere<Scene & { subscriptionId: string }>(t, {
      async prepare() {
        const ada = await merchant.customer();
        const { id: subscriptionId } = await ada.subscription({ interval: 'DAY' });
        await t.drain();
        t.clock.advance({ days: 1 });
        return { ada, subscriptionId, invoiceId: '' };
      },
      ask: (billing) => renewDueSubscriptions(billing),
      // The sweep comes again anyway.
      wasHeard: async () => true,
      async expect(scene) {
        expect(await booksOf(scene)).toEqual({
          ...collected,
          invoices: ['PAID', 'PAID'],
          payments: ['SUCCEEDED 4900', 'SUCCEEDED 4900'],
          charges: ['succeeded 4900', 'succeeded 4900'],
          told: { 'invoice.paid': 2, 'payment.started': 2, 'payment.succeeded': 2 },
          mails: { 'invoice-created': 2, 'payment-receipt': 2 },
        });
        const { subscriptionId } = scene;
        await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
      },
    });
  });
});

describe('a refund', walk, () => {
  const refunded = {
    ...collected,
    refunds: ['SUCCEEDED 1900'],
    refundedAtGateway: ['succeeded 1900'],
    told: { ...collected.told, 'refund.created': 1, 'refund.succeeded': 1 },
  };
  const wasHeard = async ({ ada }: Scene) =>
    (await database.refund.count({ where: { payment: { customerId: ada.id } } })) > 0;

  it('that staff ask for', async () => {
    const killed = await killEverywhere<Scene & { paymentId: string }>(t, {
      prepare: paid,
      ask: (billing, { paymentId }) =>
        refundPayment(billing, system, { paymentId, amountMinor: 1900n }),
      wasHeard,
      expect: async (scene) => expect(await booksOf(scene)).toEqual(refunded),
    });
    expect(killed).toEqual(
      expect.arrayContaining([
        'Killed before refund.create',
        'Killed before enqueueing send-refund',
        'Killed before refund',
        'Killed after refund',
        'Killed before refund.update',
        'Killed before payment.update',
        'Killed before the queue hears that send-refund is done',
      ]),
    );
  });

  it('that the gateway cannot make', async () => {
    await killEverywhere<Scene & { paymentId: string }>(t, {
      prepare: () => paid({ card: 'visa_refund_fails' }),
      ask: (billing, { paymentId }) =>
        refundPayment(billing, system, { paymentId, amountMinor: 1900n }),
      wasHeard,
      expect: async (scene) =>
        expect(await booksOf(scene)).toEqual({
          ...refunded,
          refunds: ['FAILED 1900'],
          refundedAtGateway: ['failed 1900'],
          told: { ...collected.told, 'refund.created': 1, 'refund.failed': 1 },
        }),
    });
  });

  it('that a credit note asks for', async () => {
    await killEverywhere<Scene & { paymentId: string }>(t, {
      prepare: paid,
      ask: (billing, { invoiceId }) =>
        creditInvoice(billing, system, { invoiceId, amountMinor: 1900n, reason: 'Goodwill' }),
      wasHeard,
      expect: async (scene) =>
        expect(await booksOf(scene)).toEqual({
          ...refunded,
          told: { ...refunded.told, 'credit_note.issued': 1 },
        }),
    });
  });
});
