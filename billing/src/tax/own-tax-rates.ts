import type { TaxableInvoice, TaxProvider } from '../ports.ts';
import { taxOn } from './tax-on.ts';

/**
 * The tax provider that comes with the product: each line is taxed by the merchant's own rate for it.
 * Whoever is exempt or owes the tax themselves is charged none, and an inclusive price stays as it
 * is: all of it is net then. Asks nobody.
 */
export const ownTaxRates: TaxProvider = {
  taxOf: (invoices) => Promise.resolve(invoices.map(taxOfOne)),
};

const taxOfOne = ({ customer, lines }: TaxableInvoice) =>
  lines.map(({ amountMinor, ownRate }) =>
    ownRate === null || customer.taxExemption !== 'NONE'
      ? null
      : { ...ownRate, taxMinor: taxOn(amountMinor, ownRate) },
  );
