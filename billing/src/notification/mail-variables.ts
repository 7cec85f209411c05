import type { Locale } from '@4geeks/prisma';
import { amountDue } from '../invoice/amount-due.ts';
import { formatMoney } from '../money/format-money.ts';
import { confirmBy } from '../payment/confirm-by.ts';
import { cardBrandName } from './card-brand-name.ts';
import { declineReason } from './decline-reasons.ts';
import { formatDay } from './format-day.ts';
import type { InvoiceMailKind } from './kinds.ts';
import type { MailFacts } from './mail-facts.ts';
import { portalLink } from './portal-link.ts';
import type { VariableName } from './template-variables.ts';

/**
 * Facts as a reader of `locale` reads them: amounts, days in the merchant's time zone, reasons in
 * words. What is not known is ''.
 *
 * @param publicUrl Billing.publicUrl
 */
export function mailVariables(
  kind: InvoiceMailKind,
  locale: Locale,
  facts: MailFacts,
  publicUrl: string,
): Readonly<Record<VariableName<InvoiceMailKind>, string>> {
  const { merchant, invoice, payment, method } = facts;
  const day = (instant: Date | null) =>
    instant === null ? '' : formatDay(instant, locale, merchant.timeZone);
  const money = (amountMinor: bigint) => formatMoney(amountMinor, invoice.currency, locale);

  return {
    customer_portal_link: portalLink(kind, publicUrl, merchant.portalSettings, invoice.id),
    customer_name: facts.customerName,
    company_name: merchant.portalSettings?.companyName || merchant.name,
    support_email: merchant.supportEmail,
    invoice_number: invoice.number ?? '',
    // Of the attempt or the whole invoice, never what is left: the mail may go out after a later
    // attempt has paid it.
    amount_due: money(payment?.amountMinor ?? amountDue({ ...invoice, amountPaidMinor: 0n })),
    amount_paid: money(payment?.amountMinor ?? invoice.amountPaidMinor),
    currency: invoice.currency,
    due_date: day(invoice.dueAt),
    paid_at: day(payment?.settledAt ?? invoice.paidAt),
    period_start: day(invoice.periodStart),
    period_end: day(lastDayOf(invoice.periodEnd)),
    subscription_name: subscriptionName(facts, locale),
    card_brand: method ? cardBrandName(method.brand) : '',
    card_last4: method && invoice.totalMinor > 0n ? method.last4 : '',
    decline_reason:
      kind === 'PAYMENT_FAILED'
        ? declineReason(payment ? payment.declineCode : 'no_payment_method', locale)
        : '',
    next_attempt_date: day(invoice.nextAttemptAt),
    confirm_by:
      kind === 'PAYMENT_ACTION_REQUIRED' && payment ? day(confirmBy(payment.createdAt)) : '',
  };
}

/** Periods end before `periodEnd`; people name the last day that is theirs. */
function lastDayOf(periodEnd: Date | null): Date | null {
  return periodEnd && new Date(periodEnd.getTime() - 1);
}

/** The products billed, in the reader's language; '' for an invoice without a subscription. */
function subscriptionName({ invoice, lines }: MailFacts, locale: Locale): string {
  if (invoice.subscriptionId === null) return '';
  return listOfNames(
    lines.map(({ description, names }) => names[locale] ?? description),
    locale,
  );
}

/** Making one takes longer than using it a hundred times; there are few languages. */
const listFormats = new Map<Locale, Intl.ListFormat>();

/** Each once, as a sentence lists them. */
export function listOfNames(names: readonly string[], locale: Locale): string {
  const format = listFormats.get(locale) ?? new Intl.ListFormat(locale);
  listFormats.set(locale, format);
  return format.format(new Set(names));
}
