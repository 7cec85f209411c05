/** A draft, which no customer action makes: written as finalizing would find it. */
import type { Billing } from '@4geeks/billing/ports';
import type { Invoice } from '@4geeks/prisma';

export function draftInvoice(
  { database }: Billing,
  customer: { id: string; row: { merchantId: string; name: string; email: string } },
): Promise<Invoice> {
  const { merchantId, name, email } = customer.row;
  return database.invoice.create({
    data: {
      merchantId,
      customerId: customer.id,
      currency: 'EUR',
      subtotalMinor: 4900n,
      totalMinor: 4900n,
      customerName: name,
      customerEmail: email,
      locale: 'en',
    },
  });
}
