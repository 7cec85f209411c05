import { randomUUID } from 'node:crypto';

import {
  createSandboxGateway,
  type SandboxFaults,
} from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { GatewayFault, type ChargeRequest, type RefundRequest } from '@4geeks/billing/ports';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url: connectionString, sql } = await testDatabase();
const faults: SandboxFaults = {};
let now = new Date('2026-11-22T12:00:00Z');
const settled: string[] = [];
const sandbox = createSandboxGateway({
  connectionString,
  publicUrl: 'http://localhost:4000/',
  secret: 'test secret',
  faults,
  now: () => now,
  onChargeSettled: (key) => void settled.push(key),
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
    expect(settled.at(-1)).toBe(key);
    const notifications = settled.length;
    await press(url, 'fail');
    expect(await gateway.findCharge(key)).toMatchObject(expected);
    expect(settled).toHaveLength(notifications);
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

it('keeps no card number and no code anywhere', async () => {
  const tables = await sql<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'sandbox_gateway'`,
  );
  expect(tables.length).toBeGreaterThan(3);
  for (const { name } of tables) {
    const rows = await sql<{ text: string }>(
      `select t::text as text from sandbox_gateway.${name} t`,
    );
    for (const { text } of rows) expect(text).not.toMatch(/\b\d{13,19}\b/);
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
