import { randomUUID } from 'node:crypto';

import { createWebhookReader } from '@4geeks/api/adapters/gateway/sandbox/read-webhook';
import { InvalidWebhookError, type GatewayNotice } from '@4geeks/api/gateway-notice';
import {
  createSandboxGateway,
  type SandboxFaults,
} from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import type { TestAccountAlias } from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import { GatewayFault, type ChargeRequest, type RefundRequest } from '@4geeks/billing/ports';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url: connectionString, sql } = await testDatabase();
const faults: SandboxFaults = {};
let now = new Date('2026-11-22T12:00:00Z');
/** What the gateway reported, read as we read it. */
const notices: (GatewayNotice | null)[] = [];
/** The requests themselves. */
const posted: Request[] = [];
let answerStatus = 204;
const webhookSecret = `whsec_${Buffer.from('secret of webhooks').toString('base64')}`;
const readWebhook = createWebhookReader(webhookSecret);
const sandbox = createSandboxGateway({
  connectionString,
  publicUrl: 'http://localhost:4000/',
  secret: 'test secret',
  faults,
  now: () => now,
  settlementMs: 60_000,
  webhooks: {
    secret: webhookSecret,
    url: () => 'http://localhost:4000/webhooks/gateway',
    async post(request) {
      posted.push(request.clone());
      notices.push(readWebhook(request.headers, await request.text()));
      return new Response(null, { status: answerStatus });
    },
  },
});
await Promise.all([sandbox.migrate(), sandbox.migrate()]);
await sandbox.migrate();
cleanUp(() => sandbox.close());

const { gateway } = sandbox;
const owner = { merchantId: randomUUID(), customerId: randomUUID() };
const card = { number: '4242424242424242', expMonth: '12', expYear: '2030', cvc: '123' };

async function postToken(body: unknown, clientAddress?: string) {
  const request = new Request('http://localhost:4000/sandbox-gateway/tokens', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const response = await sandbox.handleHttp(request, clientAddress);
  const answer = (await response!.json()) as {
    setupToken: string;
    error: { field: string | null; code: string; message: string };
  };
  return { status: response!.status, headers: response!.headers, body: answer };
}

async function enterCard(number: string): Promise<string> {
  const { clientSecret } = await gateway.createSetup(owner);
  const { status, body } = await postToken({ ...card, number, clientSecret });
  expect(status).toBe(200);
  return body.setupToken;
}

async function saveCard(number: string): Promise<string> {
  const setupToken = await enterCard(number);
  const attached = await gateway.attachPaymentMethod({ ...owner, setupToken });
  if (attached.status !== 'attached') throw new Error(`not attached: ${attached.status}`);
  return attached.paymentMethod.token;
}

function chargeOf(paymentMethodToken: string, change: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    idempotencyKey: randomUUID(),
    amountMinor: 4900n,
    currency: 'EUR',
    paymentMethodToken,
    offSession: true,
    description: 'Invoice ACME-0001',
    ...change,
  };
}

describe('entering a card', () => {
  it('gives a token for it, and nothing of the number', async () => {
    const { clientSecret, tokenEndpoint } = await gateway.createSetup(owner);
    expect(tokenEndpoint).toBe('/sandbox-gateway/tokens');
    const { status, headers, body } = await postToken({ ...card, clientSecret });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toEqual({
      setupToken: expect.stringMatching(/^tok_/),
      brand: 'visa',
      last4: '4242',
      expMonth: 12,
      expYear: 2030,
    });
  });

  it('says which field is wrong', async () => {
    const { clientSecret } = await gateway.createSetup(owner);
    const { status, body } = await postToken({ ...card, number: '4242424242424241', clientSecret });
    expect(status).toBe(422);
    expect(body.error).toMatchObject({ field: 'number', code: 'incorrect_number' });
  });

  it('refuses unknown secrets and what is not a request', async () => {
    expect((await postToken({ ...card, clientSecret: 'setup_x' })).status).toBe(401);
    expect((await postToken('4242424242424242 is not JSON')).body.error.message).not.toContain(
      '4242',
    );
    expect((await postToken(`{"clientSecret":"${'x'.repeat(5000)}"}`)).status).toBe(400);
    const get = await sandbox.handleHttp(new Request('http://localhost/sandbox-gateway/tokens'));
    expect(get!.status).toBe(405);
    expect(await sandbox.handleHttp(new Request('http://localhost/console'))).toBeNull();
  });

  it('stops somebody who tries too often', async () => {
    const { clientSecret } = await gateway.createSetup(owner);
    const statuses = new Set<number>();
    for (let i = 0; i < 21; i++) {
      statuses.add((await postToken({ ...card, cvc: '', clientSecret })).status);
    }
    expect([...statuses]).toEqual([422, 429]);
    let last = 0;
    for (let i = 0; i < 61; i++) last = (await postToken({}, '203.0.113.9')).status;
    expect(last).toBe(429);
  });
});

describe('attaching', () => {
  it('gives the same answer twice for one token', async () => {
    const setupToken = await enterCard('5555555555554444');
    const first = await gateway.attachPaymentMethod({ ...owner, setupToken });
    expect(first).toMatchObject({
      status: 'attached',
      paymentMethod: {
        type: 'CARD',
        brand: 'mastercard',
        last4: '4444',
        expMonth: 12,
        expYear: 2030,
      },
    });
    expect(await gateway.attachPaymentMethod({ ...owner, setupToken })).toEqual(first);
  });

  it('makes one payment method of two attaches at once', async () => {
    const setupToken = await enterCard('4242424242424242');
    const [first, second] = await Promise.all([
      gateway.attachPaymentMethod({ ...owner, setupToken }),
      gateway.attachPaymentMethod({ ...owner, setupToken }),
    ]);
    expect(first).toEqual(second);
  });

  it('knows a card again at one merchant, not across merchants', async () => {
    const input = { ...owner, card: 'visa', expMonth: 1, expYear: 2031 } as const;
    const again = await sandbox.createTestPaymentMethod(input);
    const elsewhere = await sandbox.createTestPaymentMethod({ ...input, merchantId: randomUUID() });
    const setupToken = await enterCard('4242424242424242');
    const attached = await gateway.attachPaymentMethod({ ...owner, setupToken });
    expect(attached).toMatchObject({ paymentMethod: { fingerprint: again.fingerprint } });
    expect(elsewhere.fingerprint).not.toBe(again.fingerprint);
  });

  it("does not take another customer's token, nor an invented one", async () => {
    const setupToken = await enterCard('4242424242424242');
    const other = { ...owner, customerId: randomUUID() };
    expect(await gateway.attachPaymentMethod({ ...other, setupToken })).toEqual({
      status: 'invalid_token',
    });
    expect(await gateway.attachPaymentMethod({ ...owner, setupToken: 'tok_x' })).toEqual({
      status: 'invalid_token',
    });
  });

  it.each([
    ['4000000000000002', 'generic_decline'],
    ['4000000000009995', 'insufficient_funds'],
    ['4000000000009987', 'lost_card'],
    ['4000000000009979', 'stolen_card'],
    ['4000000000000069', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc'],
    ['4000000000000119', 'processing_error'],
  ])('declines %s with %s', async (number, declineCode) => {
    const setupToken = await enterCard(number);
    const answer = { status: 'declined', declineCode };
    expect(await gateway.attachPaymentMethod({ ...owner, setupToken })).toEqual(answer);
    expect(await gateway.attachPaymentMethod({ ...owner, setupToken })).toEqual(answer);
  });
});

describe('charging', () => {
  it('charges once per key, also at the same moment', async () => {
    const request = chargeOf(await saveCard('4242424242424242'));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => gateway.charge(request)));
    expect(new Set(outcomes.map((outcome) => outcome.gatewayPaymentId)).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ status: 'succeeded' });
    expect(await gateway.findCharge(request.idempotencyKey)).toEqual(outcomes[0]);
    expect(await gateway.findCharge('never seen')).toBeNull();
  });

  it('refuses a key that comes back with another amount', async () => {
    const request = chargeOf(await saveCard('4242424242424242'));
    await gateway.charge(request);
    await expect(gateway.charge({ ...request, amountMinor: 1n })).rejects.toThrow(/used before/);
  });

  it.each([
    ['4000000000000341', 'generic_decline'],
    ['4100000000000019', 'highest_risk_level'],
  ])('saves %s, then declines with %s', async (number, declineCode) => {
    const request = chargeOf(await saveCard(number));
    expect(await gateway.charge(request)).toMatchObject({ status: 'declined', declineCode });
  });

  it('judges expiry at the time of the charge', async () => {
    const { token } = await sandbox.createTestPaymentMethod({
      ...owner,
      card: 'visa',
      expMonth: 10,
      expYear: 2026,
    });
    const today = now;
    now = new Date('2026-10-15T00:00:00Z');
    expect(await gateway.charge(chargeOf(token))).toMatchObject({ status: 'succeeded' });
    now = today;
    expect(await gateway.charge(chargeOf(token))).toMatchObject({ declineCode: 'expired_card' });
  });

  it('does not charge a removed card', async () => {
    const token = await saveCard('4242424242424242');
    await gateway.detachPaymentMethod(token);
    await gateway.detachPaymentMethod(token);
    expect(await gateway.charge(chargeOf(token))).toMatchObject({ declineCode: 'invalid_account' });
  });

  it('remembers a charge whose answer got lost', async () => {
    const request = chargeOf(await saveCard('4242424242424242'));
    faults.afterCharge = () => {
      throw new Error('connection reset');
    };
    await expect(gateway.charge(request)).rejects.toBeInstanceOf(GatewayFault);
    faults.afterCharge = undefined;
    expect(await gateway.findCharge(request.idempotencyKey)).toMatchObject({ status: 'succeeded' });
  });

  it('has done nothing when it failed before', async () => {
    const request = chargeOf(await saveCard('4242424242424242'));
    faults.beforeRequest = (operation) => {
      if (operation === 'charge') throw new Error('unavailable');
    };
    await expect(gateway.charge(request)).rejects.toBeInstanceOf(GatewayFault);
    faults.beforeRequest = undefined;
    expect(await gateway.findCharge(request.idempotencyKey)).toBeNull();
  });
});

describe('3-D Secure', () => {
  async function challenge(number: string) {
    const request = chargeOf(await saveCard(number));
    const outcome = await gateway.charge(request);
    if (outcome.status !== 'requires_action') throw new Error(outcome.status);
    return { key: request.idempotencyKey, url: outcome.actionUrl };
  }

  const press = (url: string, answer: string) =>
    sandbox.handleHttp(new Request(url, { method: 'POST', body: new URLSearchParams({ answer }) }));

  it.each([
    ['4000002500003155', 'complete', { status: 'succeeded' }],
    ['4000002760003184', 'complete', { status: 'succeeded' }],
    ['4000008260003178', 'complete', { status: 'declined', declineCode: 'insufficient_funds' }],
    ['4000002500003155', 'fail', { status: 'declined', declineCode: 'authentication_failed' }],
  ])('%s, %s', async (number, answer, expected) => {
    const { key, url } = await challenge(number);
    expect(url).toMatch(/^http:\/\/localhost:4000\/sandbox-gateway\/3ds\/act_/);
    const shown = await sandbox.handleHttp(new Request(url));
    const html = await shown!.text();
    expect(html).toContain('€49.00');
    expect(html).toContain('Complete');
    await press(url, answer);
    expect(await gateway.findCharge(key)).toMatchObject(expected);
    expect(notices.at(-1)).toEqual({ kind: 'charge', idempotencyKey: key });
    const told = notices.length;
    await press(url, 'fail');
    expect(await gateway.findCharge(key)).toMatchObject(expected);
    expect(notices).toHaveLength(told);
  });

  it('goes back only to paths of our own', async () => {
    const { url } = await challenge('4000002500003155');
    const ours = await press(`${url}?return_to=${encodeURIComponent('/p/acme?tab=1')}`, 'complete');
    expect(ours!.headers.get('location')).toBe('http://localhost:4000/p/acme?tab=1');
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
      const other = await press(`${url}?return_to=${encodeURIComponent(path)}`, 'complete');
      expect(other!.status).toBe(200);
    }
  });

  it('can be given up, and is then over', async () => {
    const { key, url } = await challenge('4000002500003155');
    const canceled = { status: 'declined', declineCode: 'canceled' };
    expect(await gateway.cancelCharge(key)).toMatchObject(canceled);
    expect(await gateway.cancelCharge(key)).toMatchObject(canceled);
    await press(url, 'complete');
    expect(await gateway.findCharge(key)).toMatchObject(canceled);
  });
});

describe('bank accounts', () => {
  const sepa = { type: 'sepa_debit', holderName: 'Lena Schmidt', mandateAccepted: true };
  const us = {
    type: 'us_bank_account',
    holderName: 'Jordan Smith',
    routingNumber: '110000000',
    accountType: 'savings',
    mandateAccepted: true,
  };

  async function save(details: object) {
    const { clientSecret } = await gateway.createSetup(owner);
    const { status, body } = await postToken({ ...details, clientSecret });
    expect(status).toBe(200);
    const attached = await gateway.attachPaymentMethod({ ...owner, setupToken: body.setupToken });
    if (attached.status !== 'attached') throw new Error(`not attached: ${attached.status}`);
    return attached.paymentMethod;
  }

  async function debited(alias: TestAccountAlias): Promise<ChargeRequest> {
    const { token, type } = await sandbox.createTestPaymentMethod({
      ...owner,
      account: alias,
      holderName: 'Lena Schmidt',
    });
    const request = chargeOf(token, { currency: type === 'SEPA_DEBIT' ? 'EUR' : 'USD' });
    expect(await gateway.charge(request)).toMatchObject({ status: 'processing' });
    return request;
  }

  /** The bank has had the time to say all it has to say. */
  async function settleAll(): Promise<void> {
    for (let step = 0; step < 2; step += 1) {
      now = new Date(now.getTime() + 60_000);
      await sandbox.settleDue();
    }
  }

  it('are kept by bank, country and last four digits, with a mandate', async () => {
    const method = await save({ ...sepa, iban: 'DE89 3704 0044 0532 0130 00' });
    expect(method).toEqual({
      token: expect.stringMatching(/^pm_/),
      type: 'SEPA_DEBIT',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      brand: 'sepa_debit',
      last4: '3000',
      expMonth: null,
      expYear: null,
      bankName: 'Sandbox Bank Köln',
      country: 'DE',
      mandateReference: expect.stringMatching(/^MND[0-9A-Z]{13}$/),
    });
    const again = await save({ ...sepa, iban: 'de89370400440532013000' });
    expect(again.fingerprint).toBe(method.fingerprint);
    expect(again.mandateReference).not.toBe(method.mandateReference);
    const american = await save({ ...us, accountNumber: '000123456789' });
    expect(american).toMatchObject({ brand: 'us_bank_account', last4: '6789', country: 'US' });
  });

  it('are refused in words about the field', async () => {
    const { clientSecret } = await gateway.createSetup(owner);
    const bad = await postToken({ ...sepa, clientSecret, iban: 'DE88370400440532013000' });
    expect(bad).toMatchObject({
      status: 422,
      body: { error: { field: 'iban', code: 'incorrect_iban' } },
    });
    const unsigned = { ...us, clientSecret, accountNumber: '000123456789', mandateAccepted: 0 };
    expect(await postToken(unsigned)).toMatchObject({
      body: { error: { field: 'mandateAccepted', code: 'mandate_required' } },
    });
    expect(await postToken({ ...sepa, clientSecret, type: 'cash' })).toMatchObject({ status: 400 });
  });

  it.each<[TestAccountAlias, object]>([
    ['sepa', { status: 'succeeded' }],
    ['us', { status: 'succeeded' }],
    ['sepa_insufficient_funds', { status: 'declined', declineCode: 'insufficient_funds' }],
    ['sepa_account_closed', { status: 'declined', declineCode: 'account_closed' }],
    ['us_no_account', { status: 'declined', declineCode: 'no_account' }],
    ['us_not_authorized', { status: 'declined', declineCode: 'debit_not_authorized' }],
    ['sepa_stays', { status: 'processing' }],
  ])('%s settles later, and so', async (alias, expected) => {
    const { idempotencyKey } = await debited(alias);
    await sandbox.settleDue();
    expect(await gateway.findCharge(idempotencyKey)).toMatchObject({ status: 'processing' });
    const told = notices.length;
    await settleAll();
    expect(await gateway.findCharge(idempotencyKey)).toMatchObject(expected);
    expect(notices.slice(told)).toEqual(
      alias === 'sepa_stays' ? [] : [{ kind: 'charge', idempotencyKey }],
    );
  });

  it('are debited in their own currency alone', async () => {
    const { token } = await save({ ...us, accountNumber: '000123456789' });
    expect(await gateway.charge(chargeOf(token, { currency: 'EUR' }))).toMatchObject({
      status: 'declined',
      declineCode: 'currency_not_supported',
    });
    expect(gateway.methodTypesFor('EUR')).toEqual(['CARD', 'SEPA_DEBIT']);
    expect(gateway.methodTypesFor('USD')).toEqual(['CARD', 'US_BANK_ACCOUNT']);
    expect(gateway.methodTypesFor('JPY')).toEqual(['CARD']);
  });

  it('may dispute what they paid, or have it returned', async () => {
    const disputed = await debited('sepa_disputed');
    const returned = await debited('us_returned');
    const openedSince = now;
    await settleAll();
    const disputes = await gateway.listDisputes({ openedSince });
    const charge = async ({ idempotencyKey }: ChargeRequest) =>
      (await gateway.findCharge(idempotencyKey))!.gatewayPaymentId;
    const open = disputes.find(({ status }) => status === 'open')!;
    const lost = disputes.find(({ status }) => status === 'lost')!;
    expect(open).toMatchObject({
      gatewayPaymentId: await charge(disputed),
      amountMinor: 4900n,
      reason: 'debit_not_authorized',
      respondBy: new Date(now.getTime() + 14 * 86_400_000),
      closedAt: null,
    });
    expect(lost).toMatchObject({
      gatewayPaymentId: await charge(returned),
      reason: 'insufficient_funds',
      respondBy: null,
      respondUrl: null,
      closedAt: now,
    });
    expect(notices.slice(-2)).toEqual(
      expect.arrayContaining([
        {
          kind: 'dispute',
          gatewayDisputeId: open.gatewayDisputeId,
          idempotencyKey: disputed.idempotencyKey,
        },
      ]),
    );

    const page = await sandbox.handleHttp(new Request(open.respondUrl!));
    expect(await page!.text()).toContain('debit_not_authorized');
    const press = (answer: string) =>
      sandbox.handleHttp(
        new Request(open.respondUrl!, { method: 'POST', body: new URLSearchParams({ answer }) }),
      );
    await press('win');
    await press('lose');
    expect(await gateway.findDispute(open.gatewayDisputeId)).toMatchObject({
      status: 'won',
      closedAt: now,
    });
    expect(await gateway.findDispute('dp_unknown')).toBeNull();
  });

  it('give back no more than the bank has left', async () => {
    const { idempotencyKey } = await debited('sepa_returned');
    await settleAll();
    const { gatewayPaymentId } = (await gateway.findCharge(idempotencyKey))!;
    const refund = { gatewayPaymentId, idempotencyKey: randomUUID(), currency: 'EUR' };
    expect(await gateway.refund({ ...refund, amountMinor: 1n })).toMatchObject({
      status: 'failed',
      failureCode: 'amount_too_large',
    });
  });
});

describe('webhooks', () => {
  async function report(): Promise<Request> {
    const { token } = await sandbox.createTestPaymentMethod({
      ...owner,
      account: 'sepa',
      holderName: 'Lena Schmidt',
    });
    await gateway.charge(chargeOf(token));
    now = new Date(now.getTime() + 60_000);
    await sandbox.settleDue();
    return posted.at(-1)!;
  }

  it('are sent again, later and later, until they are acknowledged', async () => {
    answerStatus = 503;
    const id = (await report()).headers.get('webhook-id');
    const tries = () => posted.filter(({ headers }) => headers.get('webhook-id') === id).length;
    await sandbox.settleDue();
    expect(tries()).toBe(1);
    for (const [seconds, expected] of [
      [5, 2],
      [29, 2],
      [1, 3],
    ] as const) {
      now = new Date(now.getTime() + seconds * 1000);
      await sandbox.settleDue();
      expect(tries()).toBe(expected);
    }
    faults.beforeWebhook = () => {
      throw new Error('unreachable');
    };
    now = new Date(now.getTime() + 120_000);
    await sandbox.settleDue();
    delete faults.beforeWebhook;
    expect(tries()).toBe(3);
    answerStatus = 204;
    now = new Date(now.getTime() + 86_400_000);
    await sandbox.settleDue();
    await sandbox.settleDue();
    expect(tries()).toBe(4);
  });

  it('are believed as they were signed, and not for long', async () => {
    const request = await report();
    const body = await request.text();
    expect(readWebhook(request.headers, body)).toMatchObject({ kind: 'charge' });
    const change = (name: string, value: string | null) => {
      const headers = new Headers(request.headers);
      if (value === null) headers.delete(name);
      else headers.set(name, value);
      return headers;
    };
    const wrong: [Headers, string][] = [
      [request.headers, body.replace('charge', 'change')],
      [change('webhook-id', 'msg_other'), body],
      [change('webhook-signature', null), body],
      [change('webhook-signature', 'v1,AAAA'), body],
      [change('webhook-timestamp', String(Math.floor(Date.now() / 1000) - 301)), body],
      [change('webhook-timestamp', String(Math.floor(Date.now() / 1000) + 600)), body],
      [change('webhook-timestamp', 'soon'), body],
    ];
    for (const [headers, text] of wrong) {
      expect(() => readWebhook(headers, text)).toThrow(InvalidWebhookError);
    }
    const other = createWebhookReader(`whsec_${Buffer.from('another').toString('base64')}`);
    expect(() => other(request.headers, body)).toThrow(InvalidWebhookError);
    // Signed long ago, and sent again by somebody who saw it.
    const then = new Date(Date.now() - 301_000);
    const old = change('webhook-timestamp', String(Math.floor(then.getTime() / 1000)));
    old.set(
      'webhook-signature',
      new Webhook(webhookSecret).sign(request.headers.get('webhook-id')!, then, body),
    );
    expect(() => readWebhook(old, body)).toThrow(InvalidWebhookError);
  });
});

it('keeps no card or account number and no code anywhere', async () => {
  const tables = await sql<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'sandbox_gateway'`,
  );
  expect(tables.length).toBeGreaterThan(3);
  for (const { name } of tables) {
    const rows = await sql<{ text: string }>(
      `select t::text as text from sandbox_gateway.${name} t`,
    );
    for (const { text } of rows) {
      expect(text).not.toMatch(/\b(\d{13,19}|[A-Z]{2}\d{18,22}|000123456789)\b/);
    }
  }
});

describe('refunding', () => {
  async function charged(number = card.number): Promise<string> {
    const outcome = await gateway.charge(chargeOf(await saveCard(number)));
    expect(outcome.status).toBe('succeeded');
    return outcome.gatewayPaymentId;
  }
  const refundOf = (gatewayPaymentId: string, change: Partial<RefundRequest> = {}) => ({
    idempotencyKey: randomUUID(),
    gatewayPaymentId,
    amountMinor: 1000n,
    currency: 'EUR',
    ...change,
  });

  it('refunds once per key, also at the same moment, and remembers it', async () => {
    const request = refundOf(await charged());
    expect(await gateway.findRefund(request.idempotencyKey)).toBeNull();
    const [first, second] = await Promise.all([gateway.refund(request), gateway.refund(request)]);
    expect(first).toMatchObject({ status: 'succeeded' });
    expect(second).toEqual(first);
    expect(await gateway.findRefund(request.idempotencyKey)).toEqual(first);
    await expect(gateway.refund({ ...request, amountMinor: 1n })).rejects.toThrow(
      'used before with other parameters',
    );
  });

  it('never gives back more than was charged, however many ask at once', async () => {
    const id = await charged();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => gateway.refund(refundOf(id))),
    );
    expect(outcomes.filter(({ status }) => status === 'succeeded')).toHaveLength(4);
    expect(await gateway.refund(refundOf(id, { amountMinor: 901n }))).toMatchObject({
      status: 'failed',
      failureCode: 'amount_too_large',
    });
    expect(await gateway.refund(refundOf(id, { amountMinor: 900n }))).toMatchObject({
      status: 'succeeded',
    });
  });

  it('fails for the card whose refunds fail, and for a declined charge', async () => {
    const request = refundOf(await charged('4000000000005126'));
    const failed = { status: 'failed', failureCode: 'expired_or_canceled_card' };
    expect(await gateway.refund(request)).toMatchObject(failed);
    expect(await gateway.findRefund(request.idempotencyKey)).toMatchObject(failed);
    const declined = await gateway.charge(chargeOf(await saveCard('4000000000000341')));
    expect(await gateway.refund(refundOf(declined.gatewayPaymentId))).toMatchObject({
      failureCode: 'charge_not_refundable',
    });
  });

  it('refuses charges it does not know and amounts that are none', async () => {
    await expect(gateway.refund(refundOf('ch_none'))).rejects.toThrow(RangeError);
    const id = await charged();
    await expect(gateway.refund(refundOf(id, { currency: 'USD' }))).rejects.toThrow(RangeError);
    await expect(gateway.refund(refundOf(id, { amountMinor: 0n }))).rejects.toThrow(RangeError);
  });

  it('remembers a refund whose answer got lost', async () => {
    const request = refundOf(await charged());
    faults.afterRefund = () => {
      throw new Error('timeout');
    };
    await expect(gateway.refund(request)).rejects.toThrow(GatewayFault);
    delete faults.afterRefund;
    expect(await gateway.findRefund(request.idempotencyKey)).toMatchObject({ status: 'succeeded' });
  });
});
