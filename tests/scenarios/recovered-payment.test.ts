/**
 * The story the product exists for, through the API: a card fix, and everybody sees it. Cut any
 * link of "How a payment is recovered" (docs/ARCHITECTURE.md), and it fails.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { testCard } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import { saveNotificationTemplate } from '@4geeks/billing/notification/save-notification-template';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { expect, it, vi } from 'vitest';

import { globalId, testApi, type TestApi } from '../testkit/api.ts';
import { cleanUp } from '../testkit/clean-up.ts';
import type { Data, Live } from '../testkit/graphql-client.ts';
import { expectNowhere } from '../testkit/nowhere.ts';
import { keepLedger, slowCommits } from './commits.ts';
import { enterCard, mailsOf, signIn } from './portal-customer.ts';

const billing = `
  subscription ($customerId: ID) {
    customerBilling(customerId: $customerId) {
      billingStatus
      amountPastDue { amountMinor currency }
      defaultPaymentMethod { brand last4 isExpired }
      paymentMethods { last4 }
      pastDueInvoices {
        number isCollecting nextAttemptAt latestPayment { status declineReason }
      }
      subscriptions(first: 5) { edges { node { status } } }
    }
  }`;

const failing = {
  billingStatus: 'PAST_DUE',
  amountPastDue: [{ amountMinor: 4900, currency: 'EUR' }],
  subscriptions: { edges: [{ node: { status: 'PAST_DUE' } }] },
};

it('a new card pays the failed renewal, and portal and console see it at once', async () => {
  const api = await watchfulApi();
  const merchant = await api.seed.merchant({ name: 'Analytical Engines' });
  await saveNotificationTemplate(api.app.billing, merchant.system, {
    kind: 'PAYMENT_FAILED',
    locale: 'de',
    subject: 'Unsere Bitte, {{ customer_name }}',
    body: '{{ decline_reason }}\n\n[Karte erneuern]({{ customer_portal_link }})',
  });
  const ada = await merchant.customer({ name: 'Ada', locale: 'de', card: 'expiring' });
  await ada.subscription();
  await api.drain();
  expect(await ada.openInvoices(), 'open while her card was good').toEqual([]);
  const ledger = await keepLedger(api.database);
  const seenByGateway = attemptsSeenByGateway(api);

  // 1. A month later her card has expired and the renewal fails. The merchant's own words reach her
  // in her language, with the way to a new payment method.
  api.clock.advance({ days: 31 });
  await api.sweep();
  const [invoice] = await ada.openInvoices();
  expect(invoice, 'the renewal is billed').toBeDefined();
  const wayBack = `payment-methods/new?invoice=${invoice!.id}`;
  const mails = await mailsOf(ada, 'payment-failed');
  expect(mails, 'told of the failed renewal').toEqual([
    expect.objectContaining({ subject: 'Unsere Bitte, Ada' }),
  ]);
  expect(mails[0]!.text).toContain('Die Karte ist abgelaufen.');
  expect(mails[0]!.text).toContain(`${api.url}/p/${merchant.slug}/${wayBack}`);

  // 2. She signs in with a mailed link, and comes out where she wanted to go. Staff look at her in
  // the console.
  const portal = await signIn(api, merchant, ada, wayBack);
  const staff = await api.staff(merchant, 'SUPPORT');
  const windows = {
    portal: portal.live(billing),
    console: staff.live(billing, { customerId: globalId('Customer', ada.id) }),
  };
  for (const [window, live] of Object.entries(windows)) {
    const { data } = await live.next();
    expect(data.customerBilling, `the ${window} at first`).toMatchObject({
      ...failing,
      defaultPaymentMethod: { last4: '4242', isExpired: true },
      // An expired card is not tried again: everything waits for her.
      pastDueInvoices: [{ number: invoice!.number, nextAttemptAt: null }],
    });
  }

  // 3. A card that attaches and is then declined: why, in the words of whoever reads it, and
  // nothing is lost.
  expect(await enterCard(api, portal, 'visa_declines_on_charge')).toMatchObject({
    last4: '0341',
    isDefault: true,
  });
  const reasons = {
    portal: 'Ihre Bank hat die Zahlung ohne Angabe von Gründen abgelehnt.',
    console: 'Your bank declined the payment without giving a reason.',
  };
  for (const window of ['portal', 'console'] as const) {
    const customerBilling = await turned(
      `the ${window} to the second decline`,
      windows[window],
      ({ defaultPaymentMethod, pastDueInvoices: [due] }) =>
        defaultPaymentMethod.last4 === '0341' && Boolean(due?.nextAttemptAt),
    );
    expect(customerBilling, `the ${window} after the second decline`).toMatchObject({
      ...failing,
      // This card may have a better day.
      pastDueInvoices: [{ isCollecting: false, latestPayment: { declineReason: reasons[window] } }],
    });
  }

  // 4. One that works: both windows turn, nobody reloaded. Its receipt is held back until they have,
  // because it, too, would be news.
  await slowCommits(api.database, 'invoice.paid');
  const letReceiptsGo = holdBackReceipts(api);
  expect(await enterCard(api, portal, 'mastercard')).toMatchObject({
    last4: '4444',
    isDefault: true,
  });
  for (const [window, live] of Object.entries(windows)) {
    const customerBilling = await turned(
      `the ${window} to paid`,
      live,
      ({ billingStatus }) => billingStatus === 'CURRENT',
    );
    expect(customerBilling, `the ${window} once paid`).toMatchObject({
      amountPastDue: [],
      pastDueInvoices: [],
      defaultPaymentMethod: { brand: 'mastercard', last4: '4444' },
      subscriptions: { edges: [{ node: { status: 'ACTIVE' } }] },
    });
  }
  letReceiptsGo();
  await api.drain();

  // 5. Both sides have it in writing: the receipt, the charges, and what was committed together.
  expect((await mailsOf(ada, 'payment-receipt')).at(-1), 'the receipt').toMatchObject({
    subject: 'Beleg über Ihre Zahlung von 49,00 € an Analytical Engines',
    to: { address: ada.row.email },
  });
  expect((await ada.charges()).map(({ last4, status }) => `${last4} ${status}`)).toEqual([
    '4242 succeeded',
    '4242 declined',
    '0341 declined',
    '4444 succeeded',
  ]);
  expect(seenByGateway, 'attempts when the gateway was asked').toEqual([
    'PENDING',
    'PENDING',
    'PENDING',
  ]);
  expect(await ledger()).toEqual([
    'subscription.renewed, invoice.finalized -> send-email, collect-invoice',
    'payment.started',
    'payment.failed, invoice.past_due, subscription.past_due -> send-email',
    '-> send-sign-in-link',
    '-> send-sign-in-link',
    'customer.signed_in',
    'staff_member.added',
    'payment_method.added, payment_method.default_changed -> collect-past-due-invoices',
    'payment.started',
    'payment.failed -> send-email',
    'payment_method.added, payment_method.default_changed -> collect-past-due-invoices',
    'payment.started',
    'payment.succeeded, invoice.paid, subscription.recovered -> send-email',
  ]);

  // 6. Her rights are looked at again for every message: what the merchant no longer allows is not
  // told, and signed out, she is told nothing more.
  await updatePortalPermissions(api.app.billing, merchant.system, { permissions: [] });
  await turned(
    'the portal to what it may still show',
    windows.portal,
    ({ paymentMethods }) => paymentMethods === null,
  );
  await portal.data('mutation { signOutOfPortal { portalSlug } }');
  await expect(
    windows.portal.until(() => false),
    'her window once she has signed out',
  ).rejects.toMatchObject({ code: 4401 });

  for (const card of ['visa_declines_on_charge', 'mastercard'] as const) {
    await expectNowhere(testCard(card).number, {
      databaseUrl: api.database.url,
      texts: api.logLines,
    });
  }
});

/** An application whose bus never takes a second look at the events: it tells at once, or not. */
async function watchfulApi(): Promise<TestApi> {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  try {
    return await testApi();
  } finally {
    vi.useRealTimers();
  }
}

/** The first message of a window that fits, within a time that somebody would wait. */
async function turned(what: string, live: Live, fits: (now: Data) => boolean): Promise<Data> {
  const message = await Promise.race([
    live.until(({ customerBilling }) => fits(customerBilling)).catch(() => null),
    wait(8000, null, { ref: false }),
  ]);
  if (message === null) expect.fail(`Nothing turned ${what}`);
  return message.customerBilling;
}

/** What others can read of an attempt while the gateway is asked about it. */
function attemptsSeenByGateway(api: TestApi): string[] {
  const seen: string[] = [];
  api.faults.afterCharge = async ({ idempotencyKey }) => {
    const [attempt] = await api.database.sql<{ status: string }>(
      `select status from "Payment" where "idempotencyKey" = $1`,
      [idempotencyKey],
    );
    seen.push(attempt?.status ?? 'none committed');
  };
  return seen;
}

/** @returns lets them go. */
function holdBackReceipts(api: TestApi): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { billingOfJobs } = api.app;
  const { mailer } = billingOfJobs;
  billingOfJobs.mailer = {
    async send(mails) {
      if (mails.some(({ tag }) => tag === 'payment-receipt')) await promise;
      return mailer.send(mails);
    },
  };
  cleanUp(async () => resolve());
  return resolve;
}
