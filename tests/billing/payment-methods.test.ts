import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { makeDefault } from '@4geeks/billing/payment-method/make-default';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import { settlePayment } from '@4geeks/billing/payment/settle-payment';
import { inTransaction } from '@4geeks/billing/transaction';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

afterEach(() => {
  delete t.faults.afterCharge;
  delete t.faults.beforeRequest;
});

describe('a new default card', () => {
  it('pays the past-due invoice at once, outside the dunning budget', async () => {
    const ada = await merchant.pastDueCustomer();
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    expect((await ada.payments()).at(-1)).toMatchObject({ declineCode: 'expired_card' });
    await ada.enterCard('mastercard');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
    expect((await ada.payments()).at(-1)).toMatchObject({
      trigger: 'METHOD_UPDATE',
      status: 'SUCCEEDED',
    });
    expect((await ada.charges()).at(-1)).toMatchObject({ status: 'succeeded', last4: '4444' });
    expect(await ada.events()).toContain('subscription.recovered');
    expect((await ada.mails()).at(-1)).toMatchObject({ tag: 'payment-receipt' });
  });

  it('pays every past-due invoice, the oldest first', async () => {
    const ada = await merchant.customer({ card: 'visa_lost' });
    await ada.subscription();
    await t.drain();
    await t.travel({ days: 31 });
    await t.travel({ days: 30 });
    const open = await ada.openInvoices();
    expect(open).toHaveLength(3);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    const paidWith = (await ada.payments()).filter(({ status }) => status === 'SUCCEEDED');
    expect(paidWith.map(({ invoiceId }) => invoiceId)).toEqual(open.map(({ id }) => id));
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('leaves invoices that are not past due to their own attempt', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await ada.enterCard('mastercard');
    await t.drain();
    expect(await ada.payments()).toMatchObject([{ trigger: 'RENEWAL', status: 'SUCCEEDED' }]);
  });

  it('that attaches and then declines leaves it past due, says why, and lets one try again', async () => {
    const ada = await merchant.pastDueCustomer();
    const before = await ada.openInvoices();
    await ada.enterCard('visa_declines_on_charge');
    await t.drain();
    const [invoice] = await ada.openInvoices();
    expect(invoice).toMatchObject({ id: before[0]!.id, pastDueSince: before[0]!.pastDueSince });
    expect((await ada.payments()).at(-1)).toMatchObject({
      trigger: 'METHOD_UPDATE',
      status: 'FAILED',
      declineCode: 'generic_decline',
    });
    const mails = (await ada.mails()).filter(({ tag }) => tag === 'payment-failed');
    expect(mails).toHaveLength(2);
    // The old card was hopeless, this one may do later: it is retried on schedule.
    expect(invoice!.nextAttemptAt).not.toBeNull();
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect((await ada.charges()).filter(({ status }) => status === 'succeeded')).toHaveLength(2);
  });

  it('is kept once when its token comes twice, and replaces the same card entered before', async () => {
    const ada = await merchant.customer({ card: null });
    const viewer = await ada.viewer();
    const setupToken = await ada.typeCard('visa');
    const [first, again] = await Promise.all([
      addPaymentMethod(t.billing, viewer, { setupToken }),
      addPaymentMethod(t.billing, viewer, { setupToken }),
    ]);
    expect(again.id).toBe(first.id);
    const later = await ada.enterCard('visa');
    await t.drain();
    expect(await ada.paymentMethods()).toMatchObject([
      { id: first.id, isDefault: false, removedAt: t.clock.now() },
      { id: later.id, isDefault: true, removedAt: null },
    ]);
    const [detached] = await t.database.sql(
      `select detached_at from sandbox_gateway.payment_method where token = $1`,
      [first.gatewayToken],
    );
    expect(detached!['detached_at']).toEqual(t.clock.now());
  });

  it('need not become the default', async () => {
    const ada = await merchant.customer();
    const added = await ada.enterCard('mastercard', { makeDefault: false });
    expect(added.isDefault).toBe(false);
    const [visa] = await ada.paymentMethods();
    expect(visa).toMatchObject({ isDefault: true, brand: 'visa' });
  });

  it('is refused with the issuer’s reason, or when the token is not this customer’s', async () => {
    const ada = await merchant.customer();
    await expect(ada.enterCard('visa_wrong_cvc')).rejects.toMatchObject({
      code: 'PAYMENT_METHOD_DECLINED',
      facts: { declineCode: 'incorrect_cvc' },
    });
    const bob = await merchant.customer();
    const setupToken = await bob.typeCard('visa');
    await expect(
      addPaymentMethod(t.billing, await ada.viewer(), { setupToken }),
    ).rejects.toMatchObject({ code: 'SETUP_TOKEN_INVALID' });
    expect(await ada.paymentMethods()).toHaveLength(1);
  });
});

describe('a method changed while an attempt with the old one is in flight', () => {
  it('collects what that attempt could not', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    let entered = false;
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'charge' || entered) return;
      entered = true;
      // The old card's charge is on its way; the customer changes the card meanwhile.
      await ada.enterCard('mastercard');
    };
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.charges()).toMatchObject([
      { status: 'declined', last4: '9995' },
      { status: 'succeeded', last4: '4444' },
    ]);
  });

  it('is not charged when that attempt succeeds', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    let entered = false;
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'charge' || entered) return;
      entered = true;
      await ada.enterCard('mastercard');
    };
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.charges()).toMatchObject([{ status: 'succeeded', last4: '4242' }]);
  });

  it('does not lose the subscription to the old card’s last attempt', async () => {
    const strict = await t.seed.merchant({ finalAction: 'CANCEL_SUBSCRIPTION' });
    const ada = await strict.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    await t.travel({ days: 3 });
    await t.travel({ days: 5 });
    let entered = false;
    t.faults.beforeRequest = async (operation) => {
      if (operation !== 'charge' || entered) return;
      const last = (await ada.payments()).at(-1);
      if (last?.status !== 'PENDING') return;
      entered = true;
      await ada.enterCard('mastercard');
    };
    await t.travel({ days: 7 });
    expect(entered).toBe(true);
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('collects the invoice whichever of the two commits first', async () => {
    // The default is being changed, not committed; the decline of the old card arrives.
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    const unreachable = () => {
      throw new Error('timeout');
    };
    t.faults.afterCharge = unreachable;
    await t.drain();
    delete t.faults.afterCharge;
    const [attempt] = await ada.payments();
    expect(attempt).toMatchObject({ status: 'PENDING' });
    const outcome = await t.billing.gateway.findCharge(attempt!.idempotencyKey);
    const added = await ada.enterCard('mastercard', { makeDefault: false });

    let settling: Promise<unknown> | undefined;
    await inTransaction(t.billing, await ada.viewer(), async (transaction) => {
      await transaction.database.$executeRaw`
        SELECT 1 FROM "Customer" WHERE id = ${ada.id}::uuid FOR NO KEY UPDATE`;
      await makeDefault(transaction, added);
      settling = settlePayment(t.billing, attempt!, outcome!);
      // Long enough for it to finish, were it not waiting for this change.
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await settling;
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
  });

  it('collects the invoice too when it is the first method and there was none', async () => {
    const ada = await merchant.customer({ card: null });
    await ada.subscription();
    let collecting: Promise<unknown> | undefined;
    const setupToken = await ada.typeCard('visa');
    const attached = await t.billing.gateway.attachPaymentMethod({
      merchantId: merchant.id,
      customerId: ada.id,
      setupToken,
    });
    if (attached.status !== 'attached') throw new Error(attached.status);
    const { keepPaymentMethod } =
      await import('@4geeks/billing/payment-method/keep-payment-method');
    await inTransaction(t.billing, await ada.viewer(), async (transaction) => {
      const owner = { merchantId: merchant.id, customerId: ada.id };
      await keepPaymentMethod(transaction, owner, attached.paymentMethod, true);
      collecting = t.drain();
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await collecting;
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.charges()).toHaveLength(1);
  });
});

describe('choosing the default', () => {
  it('again tries past-due invoices again: the customer asked for it', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription();
    await t.drain();
    const [method] = await ada.paymentMethods();
    await setDefaultPaymentMethod(t.billing, await ada.viewer(), { paymentMethodId: method!.id });
    await t.drain();
    expect(await ada.payments()).toHaveLength(2);
    const changes = (await ada.events()).filter(
      (type) => type === 'payment_method.default_changed',
    );
    expect(changes).toHaveLength(1);
  });

  it('by several at the same moment is each one’s own, and fails nobody for another', async () => {
    const elsewhere = await t.seed.merchant();
    const customers = [
      ...(await Promise.all([1, 2, 3].map(() => merchant.pastDueCustomer()))),
      await elsewhere.pastDueCustomer(),
    ];
    const choices = [];
    for (const customer of customers) {
      const { id } = await customer.enterCard('visa', { makeDefault: false });
      choices.push({ actor: await customer.viewer(), paymentMethodId: id });
    }
    const [ada, bob] = choices as [(typeof choices)[0], (typeof choices)[0]];
    // Bob's card is not Ada's to choose.
    const chosen = await Promise.allSettled(
      [...choices, { actor: ada.actor, paymentMethodId: bob.paymentMethodId }].map(
        ({ actor, paymentMethodId }) =>
          setDefaultPaymentMethod(t.billing, actor, { paymentMethodId }),
      ),
    );
    expect(chosen.map(({ status }) => status)).toEqual([
      ...choices.map(() => 'fulfilled'),
      'rejected',
    ]);
    await t.drain();
    for (const [index, customer] of customers.entries()) {
      const { paymentMethodId, actor } = choices[index]!;
      const defaults = (await customer.paymentMethods()).filter(({ isDefault }) => isDefault);
      expect(defaults.map(({ id }) => id)).toEqual([paymentMethodId]);
      expect(await customer.openInvoices()).toEqual([]);
      const changes = await t.billing.database.event.findMany({
        where: { customerId: customer.id, type: 'payment_method.default_changed' },
        orderBy: { sequence: 'desc' },
      });
      expect(changes[0]).toMatchObject({ merchantId: actor.merchantId, actorId: customer.id });
      expect(changes.filter(({ objectId }) => objectId === paymentMethodId)).toHaveLength(1);
    }
  });

  it('twice at the same moment is one change', async () => {
    const ada = await merchant.pastDueCustomer();
    const { id: paymentMethodId } = await ada.enterCard('visa', { makeDefault: false });
    const viewer = await ada.viewer();
    const choose = () => setDefaultPaymentMethod(t.billing, viewer, { paymentMethodId });
    await Promise.all([choose(), choose()]);
    await t.drain();
    const collected = (await ada.payments()).filter(({ trigger }) => trigger === 'METHOD_UPDATE');
    expect(collected).toMatchObject([{ status: 'SUCCEEDED' }]);
    const changes = await t.billing.database.event.count({
      where: { objectId: paymentMethodId, type: 'payment_method.default_changed' },
    });
    expect(changes).toBe(1);
  });

  it('of somebody else, or a removed one, finds nothing', async () => {
    const ada = await merchant.customer();
    const bob = await merchant.customer();
    const [bobs] = await bob.paymentMethods();
    const choose = async (paymentMethodId: string) =>
      setDefaultPaymentMethod(t.billing, await ada.viewer(), { paymentMethodId });
    await expect(choose(bobs!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const [old] = await ada.paymentMethods();
    await ada.enterCard('mastercard');
    await removePaymentMethod(t.billing, await ada.viewer(), { paymentMethodId: old!.id });
    await expect(choose(old!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('removing a method', () => {
  const remove = async (customer: Awaited<ReturnType<typeof merchant.customer>>, id: string) =>
    removePaymentMethod(t.billing, await customer.viewer(), { paymentMethodId: id });

  it('is refused for the last one while a subscription runs or something is owed', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    const [method] = await ada.paymentMethods();
    await expect(remove(ada, method!.id)).rejects.toMatchObject({ code: 'LAST_PAYMENT_METHOD' });
  });

  it('is refused for the default one while there are others', async () => {
    const ada = await merchant.customer();
    const added = await ada.enterCard('mastercard');
    await expect(remove(ada, added.id)).rejects.toMatchObject({ code: 'DEFAULT_PAYMENT_METHOD' });
  });

  it('is refused while a payment with it is in flight', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    const [visa] = await ada.paymentMethods();
    t.faults.afterCharge = () => {
      throw new Error('timeout');
    };
    await t.drain();
    delete t.faults.afterCharge;
    await ada.enterCard('mastercard');
    await expect(remove(ada, visa!.id)).rejects.toMatchObject({ code: 'PAYMENT_METHOD_IN_USE' });
  });

  it('lets the gateway forget it, and keeps the payments made with it', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    const [visa] = await ada.paymentMethods();
    await ada.enterCard('mastercard');
    await remove(ada, visa!.id);
    await t.drain();
    const [gone] = await t.database.sql(
      `select detached_at from sandbox_gateway.payment_method where token = $1`,
      [visa!.gatewayToken],
    );
    expect(gone!['detached_at']).not.toBeNull();
    expect(await ada.payments()).toMatchObject([{ paymentMethodId: visa!.id }]);
  });

  it('empties the wallet of a customer who needs none', async () => {
    const ada = await merchant.customer();
    const [method] = await ada.paymentMethods();
    await remove(ada, method!.id);
    expect(await ada.paymentMethods()).toMatchObject([{ isDefault: false }]);
    await expect(remove(ada, method!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
