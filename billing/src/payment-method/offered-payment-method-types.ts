import type { DatabaseReader, PaymentMethodType } from '@4geeks/prisma';
import type { PaymentGateway } from '../ports.ts';

/**
 * What kinds of payment method a customer may add: those that the gateway can charge in every
 * currency the customer is billed in; without any yet, in the merchant's.
 */
export async function offeredPaymentMethodTypes(
  { database, gateway }: { database: DatabaseReader; gateway: PaymentGateway },
  { merchantId, customerId }: { merchantId: string; customerId: string },
): Promise<PaymentMethodType[]> {
  const customer = { merchantId, customerId };
  const [subscriptions, invoices, merchant] = await Promise.all([
    database.subscription.findMany({
      where: { ...customer, endedAt: null },
      distinct: ['currency'],
      select: { currency: true },
    }),
    database.invoice.findMany({
      where: { ...customer, status: 'OPEN' },
      distinct: ['currency'],
      select: { currency: true },
    }),
    database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { currency: true },
    }),
  ]);
  const billed = [...subscriptions, ...invoices].map(({ currency }) => currency);
  const [first, ...others] = billed.length > 0 ? billed : [merchant.currency];
  return gateway
    .methodTypesFor(first!)
    .filter((type) => others.every((currency) => gateway.methodTypesFor(currency).includes(type)));
}
