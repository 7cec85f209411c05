/** Everything an invoice says, as finished strings in the customer's language. Pure. */
import { formatMoney } from '@4geeks/billing/money/format-money';

import type { InvoiceDocument } from './invoice-document.ts';
import { fill, pdfMessages, type PdfMessages } from './messages.ts';

export interface InvoiceText {
  messages: PdfMessages;
  title: string;
  /** The one thing to know: what is due when, or that it is paid. */
  headline: string;
  status: string;
  /** Label and value, in order. */
  facts: [string, string][];
  issuer: string[];
  customer: string[];
  /** Whether the tax column is worth its room. */
  showsTax: boolean;
  lines: { description: string; period: string; cells: string[] }[];
  /** Label, value; `strong` ones stand out. */
  totals: { label: string; value: string; strong: boolean }[];
  payments: [string, string, string][];
  questions: string;
}

export function invoiceText(document: InvoiceDocument): InvoiceText {
  const { locale, timeZone, currency } = document;
  const messages = pdfMessages[locale];
  const money = (amountMinor: string) => formatMoney(BigInt(amountMinor), currency, locale);
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const medium = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const day = (instant: string) => long.format(new Date(instant));
  const showsTax = document.lines.some((line) => line.taxRateBps !== 0);

  const facts: [string, string][] = [
    [messages.number, document.number],
    [messages.issued, day(document.issuedAt)],
  ];
  if (document.paidAt) facts.push([messages.paidOn, day(document.paidAt)]);
  else if (document.dueAt) facts.push([messages.due, day(document.dueAt)]);

  const totals = [
    { label: messages.subtotal, value: money(document.subtotalMinor), strong: false },
  ];
  if (showsTax || BigInt(document.taxMinor) !== 0n) {
    totals.push({ label: messages.tax, value: money(document.taxMinor), strong: false });
  }
  totals.push({ label: messages.total, value: money(document.totalMinor), strong: true });
  for (const [label, amountMinor] of [
    [messages.credited, document.amountCreditedMinor],
    [messages.balanceApplied, document.balanceAppliedMinor],
    [messages.amountPaid, document.amountPaidMinor],
  ] as const) {
    if (BigInt(amountMinor) !== 0n) {
      totals.push({ label, value: money(amountMinor), strong: false });
    }
  }
  totals.push({ label: messages.amountDue, value: money(document.amountDueMinor), strong: true });

  return {
    messages,
    title: document.kind === 'receipt' ? messages.receipt : messages.invoice,
    headline: headline(document, messages, money, day),
    status: messages.status[document.status],
    facts,
    issuer: [
      document.issuer.name,
      ...addressLines(document.issuer.address),
      ...(document.issuer.taxId ? [`${messages.taxId} ${document.issuer.taxId}`] : []),
    ],
    customer: [
      document.customer.name,
      ...addressLines(document.customer.address),
      document.customer.email,
      ...(document.customer.taxId ? [`${messages.taxId} ${document.customer.taxId}`] : []),
    ],
    showsTax,
    lines: document.lines.map((line) => ({
      description: line.description,
      period:
        line.periodStart && line.periodEnd
          ? // periodEnd is the first instant that is not in the period any more.
            medium.formatRange(
              new Date(line.periodStart),
              new Date(new Date(line.periodEnd).getTime() - 1),
            )
          : '',
      cells: [
        new Intl.NumberFormat(locale).format(line.quantity),
        money(line.unitAmountMinor),
        ...(showsTax ? [percent.format(line.taxRateBps / 10_000)] : []),
        money(line.amountMinor),
      ],
    })),
    totals,
    payments: document.payments.map((payment) => [
      day(payment.paidAt),
      payment.method,
      money(payment.amountMinor),
    ]),
    questions: fill(messages.questions, { email: document.issuer.email }),
  };
}

function headline(
  document: InvoiceDocument,
  messages: PdfMessages,
  money: (amountMinor: string) => string,
  day: (instant: string) => string,
): string {
  const { status, paidAt, dueAt } = document;
  if (status === 'paid' && paidAt) {
    // Settled by credits alone, nothing was paid: the total says what it was about.
    const paidMinor = BigInt(document.amountPaidMinor);
    const amount = money(paidMinor === 0n ? document.totalMinor : document.amountPaidMinor);
    return fill(messages.sentencePaid, { amount, date: day(paidAt) });
  }
  const amount = money(document.amountDueMinor);
  if (status === 'past_due') return fill(messages.sentencePastDue, { amount });
  if (status === 'open' && dueAt) return fill(messages.sentenceDue, { amount, date: day(dueAt) });
  return money(document.totalMinor);
}

function addressLines(address: string): string[] {
  return address
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
