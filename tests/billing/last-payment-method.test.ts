import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import type { SubscriptionStatus } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const marking = await t.seed.merchant({ finalAction: 'MARK_UNPAID' });

/** How a subscription comes to each status. */
const inStatus: Record<SubscriptionStatus, () => Promise<SeededCustomer>> = {
  async TRIALING() {
    const ada = await merchant.customer();
    await ada.subscription({ trialDays: 14 });
    return ada;
  },
  async ACTIVE() {
    const ada = await merchant.customer();
    await ada.subscription();
    return ada;
  },
  PAST_DUE: () => merchant.pastDueCustomer(),
  async PAUSED() {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    await pauseSubscription(t.billing, merchant.system, { subscriptionId });
    return ada;
  },
  async UNPAID() {
    const ada = await marking.customer();
    await ada.subscription();
    await t.drain();
    await ada.enterCard('visa_declines_on_charge');
    const [old] = (await ada.paymentMethods()).filter(({ isDefault }) => !isDefault);
    await removePaymentMethod(t.billing, await ada.viewer(), { paymentMethodId: old!.id });
    await t.travel({ days: 31 });
    for (const days of [3, 5, 7]) await t.travel({ days });
    return ada;
  },
  async CANCELED() {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    await cancelSubscription(t.billing, await merchant.staff(), { subscriptionId, when: 'NOW' });
    return ada;
  },
};

describe.each(Object.keys(inStatus) as SubscriptionStatus[])(
  'the last payment method of a subscription that is %s',
  (status) => {
    it(status === 'CANCELED' ? 'may go' : 'stays, whoever asks', async () => {
      const ada = await inStatus[status]();
      await t.drain();
      expect(await ada.subscriptions()).toMatchObject([{ status }]);
      const [method] = (await ada.paymentMethods()).filter(({ removedAt }) => !removedAt);
      const paymentMethodId = method!.id;
      const owner = status === 'UNPAID' ? marking : merchant;
      const { viewer: key } = await owner.apiKey(['payment-methods:write']);
      for (const actor of [await ada.viewer(), await owner.staff('SUPPORT'), key]) {
        const removing = removePaymentMethod(t.billing, actor, { paymentMethodId });
        if (status === 'CANCELED') {
          await removing;
          expect(await ada.paymentMethods()).toMatchObject([{ isDefault: false }]);
          return;
        }
        await expect(removing).rejects.toMatchObject({ code: 'LAST_PAYMENT_METHOD' });
      }
      expect(await ada.paymentMethods()).toContainEqual(
        expect.objectContaining({ id: paymentMethodId, isDefault: true, removedAt: null }),
      );
    });
  },
);

it('stays while an invoice is open after the subscription has ended', async () => {
  const ada = await merchant.pastDueCustomer();
  const subscriptionId = (await ada.subscriptions())[0]!.id;
  const staff = await merchant.staff();
  await cancelSubscription(t.billing, staff, { subscriptionId, when: 'NOW' });
  const [method] = await ada.paymentMethods();
  const remove = () => removePaymentMethod(t.billing, staff, { paymentMethodId: method!.id });
  await expect(remove()).rejects.toMatchObject({ code: 'LAST_PAYMENT_METHOD' });
  const [invoice] = await ada.openInvoices();
  await markInvoiceUncollectible(t.billing, staff, { invoiceId: invoice!.id });
  await remove();
});

it("staff see no other merchant's, customers no other customer's", async () => {
  const ada = await merchant.customer();
  const bob = await merchant.customer();
  const [method] = await ada.paymentMethods();
  const input = { paymentMethodId: method!.id };
  for (const actor of [await bob.viewer(), await marking.staff()]) {
    await expect(removePaymentMethod(t.billing, actor, input)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  await removePaymentMethod(t.billing, await merchant.staff(), input);
  // Removed already.
  await expect(removePaymentMethod(t.billing, await ada.viewer(), input)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
