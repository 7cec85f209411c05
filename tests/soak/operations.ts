/** What customers and staff may do next. Each picks whom and what by chance. */
import { randomUUID } from 'node:crypto';

import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { applyCouponToInvoice } from '@4geeks/billing/discount/apply-coupon-to-invoice';
import { removeDiscount } from '@4geeks/billing/discount/remove-discount';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { clearBackupPaymentMethod } from '@4geeks/billing/payment-method/clear-backup-payment-method';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { unarchivePrice } from '@4geeks/billing/product/unarchive-price';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import type { Invoice, Subscription } from '@4geeks/prisma';

import { accounts, cards, gatewayOperations, typedCards } from './gateway-operations.ts';
import type { Random } from './random.ts';
import { idle, one, type Scene } from './scene.ts';
import { currencies } from './world.ts';

export async function addCustomer({ random, merchant }: Pick<Scene, 'random' | 'merchant'>) {
  const card = random.chance(0.05) ? null : random.pick(cards);
  const paysBy = random.chance(0.25) ? { account: random.pick(accounts) } : { card };
  merchant.customers.push(await merchant.customer(paysBy));
}

/** Subscriptions a customer has at once, at most. */
const mostLive = 3;

async function aSubscription(
  { t, random, customer }: Scene,
  ...status: Subscription['status'][]
): Promise<Subscription | null> {
  const rows = await t.billing.database.subscription.findMany({
    where: { customerId: customer.id, ...(status.length > 0 ? { status: { in: status } } : {}) },
    orderBy: { id: 'asc' },
  });
  return one(random, rows);
}

async function anInvoice(
  { t, random, customer }: Scene,
  ...status: Invoice['status'][]
): Promise<Invoice | null> {
  const rows = await t.billing.database.invoice.findMany({
    where: { customerId: customer.id, status: { in: status } },
    orderBy: { id: 'desc' },
    take: 10,
  });
  return one(random, rows);
}

function part(random: Random, of: bigint): bigint {
  if (of <= 1n || random.chance(0.4)) return of;
  return 1n + BigInt(random.int(Math.min(Number(of) - 1, 1_000_000)));
}

async function aMethod({ random, customer }: Scene) {
  const methods = await customer.paymentMethods();
  return one(
    random,
    methods.filter(({ removedAt }) => !removedAt),
  );
}

/** Whoever pays by debit mostly buys what can be debited. */
async function pricesFor({ random, merchant, customer }: Scene) {
  const types = (await customer.paymentMethods()).flatMap(({ isDefault, type }) =>
    isDefault && type !== 'CARD' ? [type] : [],
  );
  const currency = types[0] === 'SEPA_DEBIT' ? 'EUR' : 'USD';
  return types.length > 0 && random.chance(0.8)
    ? merchant.prices.filter((price) => price.currency === currency)
    : merchant.prices;
}

/** Each returns `idle` or nothing; whatever rule it breaks it throws as a BillingError. */
export const operations = {
  ...gatewayOperations,

  async subscribe(scene: Scene) {
    const { t, random, billing, merchant, customer } = scene;
    // A run of any length is about as busy at its end as at its beginning.
    const live = await t.billing.database.subscription.count({
      where: { customerId: customer.id, status: { not: 'CANCELED' } },
    });
    if (live >= (random.chance(0.5) ? 1 : mostLive)) return idle;
    const first = random.pick(await pricesFor(scene));
    const items = [{ priceId: first.id, quantity: 1 + random.int(3) }];
    const second = random.pick(merchant.prices);
    if (
      second.id !== first.id &&
      second.currency === first.currency &&
      second.interval === first.interval &&
      random.chance(0.5)
    ) {
      items.push({ priceId: second.id, quantity: 1 });
    }
    await createSubscription(billing, merchant.owner, {
      customerId: customer.id,
      items,
      couponCode: random.chance(0.3) ? random.pick(merchant.couponCodes) : null,
      billingDay: first.interval === 'MONTH' && random.chance(0.2) ? 1 + random.int(31) : null,
    });
  },

  async enterMethod({ random, billing, customer }: Scene) {
    const setupToken = await (random.chance(0.3)
      ? customer.typeAccount(random.pick(accounts))
      : customer.typeCard(random.pick(typedCards)));
    await addPaymentMethod(billing, await customer.viewer(), {
      setupToken,
      makeDefault: random.chance(0.7),
    });
  },

  async changeMethods(scene: Scene) {
    const { random, billing, customer } = scene;
    const method = await aMethod(scene);
    if (!method) return idle;
    const viewer = await customer.viewer();
    const input = { paymentMethodId: method.id };
    switch (random.int(5)) {
      case 0:
      case 1:
        return void (await setDefaultPaymentMethod(billing, viewer, input));
      case 2:
        return void (await setBackupPaymentMethod(billing, viewer, input));
      case 3:
        return void (await clearBackupPaymentMethod(billing, viewer));
      default:
        return void (await removePaymentMethod(billing, viewer, input));
    }
  },

  async collect(scene: Scene) {
    const { random, billing, merchant, customer } = scene;
    const invoice = await anInvoice(scene, 'OPEN');
    if (!invoice) return idle;
    const actor = random.chance(0.5) ? await customer.viewer() : merchant.owner;
    await requestInvoiceCollection(billing, actor, { invoiceId: invoice.id });
  },

  async cancel(scene: Scene) {
    const { random, billing, merchant, customer } = scene;
    const subscription = await aSubscription(scene);
    if (!subscription) return idle;
    const now = random.chance(0.3);
    const actor = now || random.chance(0.5) ? merchant.owner : await customer.viewer();
    await cancelSubscription(billing, actor, {
      subscriptionId: subscription.id,
      when: now ? 'NOW' : 'PERIOD_END',
      reason: random.pick(['TOO_EXPENSIVE', 'UNUSED', null]),
    });
  },

  async undo(scene: Scene) {
    const { random, billing, merchant } = scene;
    const subscription = await aSubscription(scene);
    if (!subscription) return idle;
    const input = { subscriptionId: subscription.id };
    if (random.chance(0.6)) await undoSubscriptionCancellation(billing, merchant.owner, input);
    else await undoSubscriptionChange(billing, merchant.owner, input);
  },

  async pauseOrResume(scene: Scene) {
    const { t, random, billing, merchant } = scene;
    const subscription = await aSubscription(scene);
    if (!subscription) return idle;
    const input = { subscriptionId: subscription.id };
    if (subscription.status === 'PAUSED') {
      await resumeSubscription(billing, merchant.owner, input);
      return;
    }
    const days = 1 + random.int(45);
    const resumesAt = new Date(t.clock.now().getTime() + days * 86_400_000);
    await pauseSubscription(billing, merchant.owner, {
      ...input,
      resumesAt: random.chance(0.6) ? resumesAt : null,
    });
  },

  async changePlan(scene: Scene) {
    const { random, billing, merchant } = scene;
    const subscription = await aSubscription(scene, 'TRIALING', 'ACTIVE', 'PAST_DUE');
    if (!subscription) return idle;
    // Of any interval.
    const price = random.pick(
      merchant.prices.filter(({ currency }) => currency === subscription.currency),
    );
    await changeSubscription(billing, merchant.owner, {
      subscriptionId: subscription.id,
      items: [{ priceId: price.id, quantity: 1 + random.int(4) }],
      when: random.chance(0.6) ? 'NOW' : 'PERIOD_END',
    });
  },

  async takeUpAgain(scene: Scene) {
    const subscription = await aSubscription(scene, 'CANCELED');
    if (!subscription) return idle;
    await resubscribe(scene.billing, scene.merchant.owner, { subscriptionId: subscription.id });
  },

  async refund({ random, billing, merchant, customer }: Scene) {
    const paid = (await customer.payments()).filter(({ status }) => status === 'SUCCEEDED');
    // Of the newest the bank may have more to say.
    const payment = random.chance(0.5) ? paid.at(-1) : one(random, paid);
    if (!payment) return idle;
    const ask = {
      paymentId: payment.id,
      amountMinor: random.chance(0.1) ? null : part(random, payment.amountMinor),
      requestKey: randomUUID(),
    };
    await refundPayment(billing, merchant.owner, ask);
    // Asked again, as somebody who got no answer would.
    if (random.chance(0.3)) await refundPayment(billing, merchant.owner, ask);
  },

  async voidInvoice(scene: Scene) {
    const invoice = await anInvoice(scene, 'OPEN');
    if (!invoice) return idle;
    await voidInvoice(scene.billing, scene.merchant.owner, { invoiceId: invoice.id });
  },

  async giveUpInvoice(scene: Scene) {
    const invoice = await anInvoice(scene, 'OPEN');
    if (!invoice) return idle;
    await markInvoiceUncollectible(scene.billing, scene.merchant.owner, { invoiceId: invoice.id });
  },

  async creditInvoice(scene: Scene) {
    const { random, billing, merchant } = scene;
    const invoice = await anInvoice(scene, 'OPEN', 'PAID');
    if (!invoice) return idle;
    await creditInvoice(billing, merchant.owner, {
      invoiceId: invoice.id,
      amountMinor: part(random, invoice.totalMinor || 1n),
      reason: 'Service was interrupted.',
    });
  },

  async billOnce({ random, billing, merchant, customer }: Scene) {
    const currency = random.pick(currencies);
    const { id: invoiceId } = await createInvoice(billing, merchant.owner, {
      customerId: customer.id,
      currency,
    });
    const lines = random.int(3);
    for (let line = 0; line <= lines; line++) {
      const price = merchant.oneTimePrices.find((one) => one.currency === currency)!;
      await addInvoiceLine(billing, merchant.owner, {
        invoiceId,
        quantity: 1 + random.int(3),
        ...(random.chance(0.4)
          ? { priceId: price.id }
          : { description: 'Setup', unitAmountMinor: BigInt(random.int(5000)) }),
      });
    }
    if (random.chance(0.3)) {
      const code = random.pick(merchant.couponCodes);
      await applyCouponToInvoice(billing, merchant.owner, { invoiceId, code });
    }
    if (random.chance(0.1)) await deleteDraftInvoice(billing, merchant.owner, { invoiceId });
    else await finalizeInvoice(billing, merchant.owner, { invoiceId, collect: random.chance(0.8) });
  },

  async discount(scene: Scene) {
    const { t, random, billing, merchant } = scene;
    const subscription = await aSubscription(scene, 'TRIALING', 'ACTIVE', 'PAST_DUE', 'PAUSED');
    if (!subscription) return idle;
    const { id: subscriptionId } = subscription;
    if (random.chance(0.7)) {
      const code = random.pick(merchant.couponCodes);
      return void (await applyCoupon(billing, merchant.owner, { subscriptionId, code }));
    }
    const discounts = await t.billing.database.discount.findMany({
      where: { subscriptionId },
      orderBy: { id: 'asc' },
    });
    const discount = one(random, discounts);
    if (!discount) return idle;
    await removeDiscount(billing, merchant.owner, { discountId: discount.id });
  },

  /** What is archived is not sold any more, and goes on where it was sold. */
  async archive({ t, random, billing, merchant }: Scene) {
    const archived = await t.billing.database.price.findMany({
      where: { merchantId: merchant.id, archivedAt: { not: null } },
      orderBy: { id: 'asc' },
    });
    const price = random.pick(archived.length > 5 ? archived : merchant.prices);
    const isArchived = archived.some(({ id }) => id === price.id);
    const change = isArchived ? unarchivePrice : archivePrice;
    await change(billing, merchant.owner, { priceId: price.id });
  },
} satisfies Record<string, (scene: Scene) => Promise<typeof idle | void>>;

export type OperationName = keyof typeof operations;
