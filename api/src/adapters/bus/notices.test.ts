import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { decodeNotices, encodeNotices, isFrom, type EventNotice } from './notices.ts';

const notice = (sequence: number): EventNotice => ({
  id: randomUUID(),
  sequence: BigInt(sequence),
  merchantId: randomUUID(),
  customerId: sequence % 2 ? randomUUID() : null,
  type: 'payment_method.default_changed',
  objectType: 'payment_method',
  objectId: randomUUID(),
});

describe('notices', () => {
  it.each([0, 1, 30, 200])('%i survive the journey in payloads that fit', (count) => {
    const notices = Array.from({ length: count }, (_, index) => notice(index));
    const payloads = encodeNotices('node-1', notices);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8000);
    expect(payloads.flatMap((payload) => decodeNotices(payload)!.notices)).toEqual(notices);
    expect(payloads.length).toBeLessThanOrEqual(Math.ceil(count / 25));
  });

  it('say who sent them', () => {
    const [payload] = encodeNotices('node-1', [notice(1)]);
    expect(isFrom('node-1', payload!)).toBe(true);
    expect(isFrom('node-2', payload!)).toBe(false);
    expect(isFrom('node', payload!)).toBe(false);
  });

  it('leaves what it does not understand', () => {
    for (const text of ['', 'x', '{}', '{"from":"a","events":[[1]]}']) {
      expect(decodeNotices(text)).toBeNull();
    }
  });
});
