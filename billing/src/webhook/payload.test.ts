import { expect, it } from 'vitest';
import { payloadOf } from './payload.ts';

const id = '0195a1c2-0000-7000-8000-000000000001';
const apiId = (noun: string, of: string) => (noun === 'secret' ? null : `${noun}:${of}`);

it('names everything as the API does, and leaves facts as they are', () => {
  expect(
    payloadOf(
      {
        id,
        type: 'payment.failed',
        sequence: 12n,
        occurredAt: new Date('2027-03-01T09:00:00Z'),
        objectType: 'payment',
        objectId: id,
        customerId: id,
        data: {
          paymentMethodId: id,
          secretId: id,
          requestId: 'order-7',
          amountMinor: '4900',
          final: true,
          code: null,
        },
      },
      apiId,
    ),
  ).toEqual({
    id: `event:${id}`,
    type: 'payment.failed',
    version: '2026-11-28',
    occurredAt: '2027-03-01T09:00:00.000Z',
    sequence: 12,
    objectType: 'payment',
    objectId: `payment:${id}`,
    customerId: `customer:${id}`,
    data: {
      paymentMethodId: `payment_method:${id}`,
      secretId: id,
      requestId: 'order-7',
      amountMinor: '4900',
      final: true,
      code: null,
    },
  });
});
