/** Whose request it is, is decided by the database: whoever it was taken from commits nothing. */
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { claimRequest, type RequestClaim } from '@4geeks/billing/idempotency/claim-request';
import { releaseRequest, storeAnswer } from '@4geeks/billing/idempotency/finish-request';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import type { Billing } from '@4geeks/billing/ports';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const { viewer } = await merchant.apiKey(['customers:write']);
const ada = await merchant.customer();

let keys = 0;
const newKey = () => `key-${++keys}`;

const claimed = async (key: string, request = 'request', billing = t.billing) => {
  const taken = await claimRequest(billing, viewer, { key, request });
  if (taken.status !== 'claimed') throw new Error(taken.status);
  return taken.claim;
};

const claimedBy = (claim: RequestClaim): Billing => ({ ...t.billing, idempotentRequest: claim });

/** The claim of somebody from whom the request was taken. */
async function lostClaim(): Promise<RequestClaim> {
  const key = newKey();
  const lost = await claimed(key);
  t.clock.advance({ seconds: 60 });
  const taken = await claimed(key);
  expect(taken.requestId).toBe(lost.requestId);
  expect(taken.owner).not.toBe(lost.owner);
  return lost;
}

describe('whoever a request was taken from', () => {
  it('commits nothing in a transaction', async () => {
    const claim = await lostClaim();
    const late = createCustomer(claimedBy(claim), merchant.system, {
      name: 'Late',
      email: 'late@example.com',
      locale: 'en',
    });
    await expect(late).rejects.toMatchObject({ code: 'IDEMPOTENCY_TAKEN_OVER' });
    expect(await t.billing.database.customer.count({ where: { name: 'Late' } })).toBe(0);
  });

  it('commits nothing in plain SQL, where the commit is on its way before the answer', async () => {
    const mastercard = await ada.enterCard('mastercard', { makeDefault: false });
    const events = await ada.events();
    const choose = async (billing: Billing) =>
      setDefaultPaymentMethod(billing, await ada.viewer(), { paymentMethodId: mastercard.id });
    await expect(choose(claimedBy(await lostClaim()))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_TAKEN_OVER',
    });
    const isDefault = async () =>
      (await ada.paymentMethods()).find(({ id }) => id === mastercard.id)!.isDefault;
    expect(await isDefault()).toBe(false);
    expect(await ada.events()).toEqual(events);

    const claim = await claimed(newKey());
    await choose(claimedBy(claim));
    expect(await isDefault()).toBe(true);
    const row = await t.billing.database.idempotentRequest.findUniqueOrThrow({
      where: { id: claim.requestId },
    });
    expect(row.committedAt).toEqual(t.clock.now());
  });

  it('stores and releases nothing', async () => {
    const claim = await lostClaim();
    expect(await releaseRequest(t.billing, claim)).toBe(false);
    await storeAnswer(t.billing, claim, {
      status: 200,
      contentType: 'application/json',
      body: Buffer.from('late'),
    });
    const row = await t.billing.database.idempotentRequest.findUniqueOrThrow({
      where: { id: claim.requestId },
    });
    expect(row.answer).toBeNull();
  });
});

describe('a request that has committed', () => {
  it('cannot be released, nor taken over', async () => {
    const key = newKey();
    const claim = await claimed(key);
    await createCustomer(claimedBy(claim), merchant.system, {
      name: 'Committed',
      email: 'committed@example.com',
      locale: 'en',
    });
    expect(await releaseRequest(t.billing, claim)).toBe(false);
    await expect(claimed(key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    t.clock.advance({ seconds: 60 });
    await expect(claimed(key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_ANSWER_LOST' });
    await expect(claimed(key, 'another')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is taken over by nobody who waits for its commit', async () => {
    const key = newKey();
    const claim = await claimed(key);
    t.clock.advance({ seconds: 60 });
    const other = t.another();
    let waiting: Promise<unknown> = Promise.resolve();
    // The other asks while this one has everything written but the commit.
    await t.billing.database.$transaction(async (database) => {
      await database.$executeRaw`
        UPDATE "IdempotentRequest" SET "committedAt" = ${t.clock.now()}
        WHERE id = ${claim.requestId}::uuid AND owner = ${claim.owner}::uuid`;
      waiting = claimed(key, 'request', other.billing);
      waiting.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    await expect(waiting).rejects.toMatchObject({ code: 'IDEMPOTENCY_ANSWER_LOST' });
  });
});

describe('a new request', () => {
  it('is claimed by one of many processes', async () => {
    const key = newKey();
    const processes = [t.billing, t.another().billing, t.another().billing];
    const claims = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => claimed(key, 'request', processes[index % 3])),
    );
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
