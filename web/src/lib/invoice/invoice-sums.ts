import type { InvoiceDetailsFragment } from '#lib/gql/graphql.ts';
import { percentText } from '#lib/i18n/format.ts';
import { m } from '#lib/paraglide/messages.js';

type Amount = InvoiceDetailsFragment['total'];

export interface InvoiceSum {
  label: string;
  amount: Amount;
  strong?: boolean;
}

/**
 * From the lines to what is due, so that each figure follows from those above it. A tax that the
 * prices contain stands below the total, which it does not add to.
 */
export function invoiceSums(invoice: InvoiceDetailsFragment): InvoiceSum[] {
  const taxes = invoice.taxes.map(({ name, ratePpm, inclusive, amount }) => ({
    inclusive,
    amount,
    words: { name, rate: percentText(ratePpm) },
  }));
  return [
    { label: m.console_invoice_subtotal(), amount: invoice.subtotal },
    ...invoice.discounts.map(({ name, percentOffBps, amount }) => ({
      label:
        percentOffBps === null
          ? m.console_invoice_discount({ name })
          : m.console_invoice_discount_percent({ name, percent: percentText(percentOffBps * 100) }),
      amount: lessThanZero(amount),
    })),
    ...taxes
      .filter(({ inclusive }) => !inclusive)
      .map(({ words, amount }) => ({ label: m.console_invoice_tax_added(words), amount })),
    { label: m.console_invoice_total(), amount: invoice.total, strong: true },
    ...taxes
      .filter(({ inclusive }) => inclusive)
      .map(({ words, amount }) => ({ label: m.console_invoice_tax_included(words), amount })),
    ...[
      { label: m.console_invoice_credited(), amount: lessThanZero(invoice.amountCredited) },
      { label: m.console_invoice_balance_applied(), amount: lessThanZero(invoice.balanceApplied) },
    ].filter(({ amount }) => amount.amountMinor !== 0),
    { label: m.console_invoice_paid(), amount: invoice.amountPaid },
    { label: m.console_invoice_due(), amount: invoice.amountDue, strong: true },
  ];
}

/** Without a sign on nothing. */
function lessThanZero(amount: Amount): Amount {
  return { ...amount, amountMinor: amount.amountMinor === 0 ? 0 : -amount.amountMinor };
}
