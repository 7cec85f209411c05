import type { Customer, Invoice } from '@4geeks/prisma';

/** Who is billed, as an invoice keeps it: documents do not change with the customer's profile. */
export function billedTo(
  customer: Pick<Customer, 'name' | 'email' | 'address' | 'taxId' | 'taxExemption' | 'locale'>,
): Pick<
  Invoice,
  'customerName' | 'customerEmail' | 'customerAddress' | 'customerTaxId' | 'taxExemption' | 'locale'
> {
  return {
    customerName: customer.name,
    customerEmail: customer.email,
    customerAddress: customer.address,
    customerTaxId: customer.taxId,
    taxExemption: customer.taxExemption,
    locale: customer.locale,
  };
}
