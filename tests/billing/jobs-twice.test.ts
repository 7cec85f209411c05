/** A queue delivers at least once. The same story, every job run once and every job run twice. */
import { requestSignInLink } from '@4geeks/billing/portal/request-sign-in-link';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

async function liveThrough(runJobsTwice: boolean) {
  const t = await testBilling({ runJobsTwice });
  const merchant = await t.seed.merchant();
  const ada = await merchant.pastDueCustomer({ email: 'ada@example.com' });
  const bob = await merchant.customer({
    email: 'bob@example.com',
    card: 'visa_insufficient_funds',
  });
  await bob.subscription();
  const eve = await merchant.customer({ email: 'eve@example.com', card: 'visa_3ds' });
  await eve.subscription();
  await t.drain();
  await requestSignInLink(t.billing, { portalSlug: merchant.slug, email: 'ada@example.com' });
  await ada.enterCard('visa_declines_on_charge');
  await t.drain();
  await t.travel({ days: 3 });
  await ada.enterCard('visa');
  await bob.enterCard('mastercard');
  await eve.enterCard('mastercard');
  await t.drain();
  await t.travel({ days: 31 });

  const story = await Promise.all(
    [ada, bob, eve].map(async (customer) => ({
      payments: (await customer.payments()).map(
        ({ status, trigger, attemptNumber, declineCode }) => ({
          status,
          trigger,
          attemptNumber,
          declineCode,
        }),
      ),
      charges: (await customer.charges()).map(({ status, amountMinor, last4 }) => ({
        status,
        amountMinor,
        last4,
      })),
      invoices: (await customer.invoices()).map(({ status, amountPaidMinor, dunningRetries }) => ({
        status,
        amountPaidMinor,
        dunningRetries,
      })),
      mails: (await customer.mails()).map(({ tag }) => tag).sort(),
      events: (await customer.events()).sort(),
    })),
  );
  return story;
}

it('every job run twice has one effect', async () => {
  const once = await liveThrough(false);
  const twice = await liveThrough(true);
  expect(twice).toEqual(once);
  const [ada, bob, eve] = once;
  expect(ada!.mails.filter((tag) => tag === 'sign-in-link')).toHaveLength(1);
  for (const customer of [ada, bob, eve]) {
    const collected = customer!.charges.filter(({ status }) => status === 'succeeded');
    const paid = customer!.invoices.filter(({ status }) => status === 'PAID');
    expect(collected).toHaveLength(paid.length);
    expect(paid.length).toBeGreaterThan(1);
  }
});
