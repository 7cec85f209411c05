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
  totals: TotalRow[];
  /** What must be said of the tax. */
  notes: string[];
  payments: [string, string, string][];
  questions: string;
}

interface TotalRow {
  label: string;
  value: string;
  strong: boolean;
}

export function invoiceText(document: InvoiceDocument): InvoiceText {
  const { locale, timeZone, currency } = document;
  const messages = pdfMessages[locale];
  const money = (amountMinor: string) => formatMoney(BigInt(amountMinor), currency, locale);
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const medium = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 });
  const day = (instant: string) => long.format(new Date(instant));
  const showsTax = document.lines.some((line) => line.taxRatePpm !== null);

  const facts: [string, string][] = [
    [messages.number, document.number],
    [messages.issued, day(document.issuedAt)],
  ];
  if (document.paidAt) facts.push([messages.paidOn, day(document.paidAt)]);
  else if (document.dueAt) facts.push([messages.due, day(document.dueAt)]);

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
        ...(showsTax
          ? [line.taxRatePpm === null ? '–' : percent.format(line.taxRatePpm / 1_000_000)]
          : []),
        money(line.amountMinor),
      ],
    })),
    totals: totalRows(document, messages, money, percent),
    notes: taxNotes(document, messages),
    payments: document.payments.map((payment) => [
      day(payment.paidAt),
      payment.method,
      money(payment.amountMinor),
    ]),
    questions: fill(messages.questions, { email: document.issuer.email }),
  };
}

function totalRows(
  document: InvoiceDocument,
  messages: PdfMessages,
  money: (amountMinor: string) => string,
  percent: Intl.NumberFormat,
): TotalRow[] {
  const row = (label: string, amountMinor: string, strong = false): TotalRow => ({
    label,
    value: money(amountMinor),
    strong,
  });
  const taxed = document.taxes.map(({ name, ratePpm, ...tax }) => ({
    ...tax,
    name: `${name} ${percent.format(ratePpm / 1_000_000)}`,
  }));
  const rows = [row(messages.subtotal, document.subtotalMinor)];
  for (const { name, percentOffBps, amountMinor } of document.discounts) {
    const off = percentOffBps === null ? '' : ` (${percent.format(percentOffBps / 10_000)})`;
    rows.push(row(`${messages.discount}: ${name}${off}`, String(-BigInt(amountMinor))));
  }
  for (const { name, inclusive, taxableMinor, taxMinor } of taxed) {
    if (inclusive) continue;
    rows.push(row(fill(messages.taxOf, { tax: name, amount: money(taxableMinor) }), taxMinor));
  }
  rows.push(row(messages.total, document.totalMinor, true));
  for (const { name, inclusive, taxableMinor, taxMinor } of taxed) {
    if (!inclusive) continue;
    const tax = fill(messages.taxOf, { tax: name, amount: money(taxableMinor) });
    rows.push(row(fill(messages.taxIncluded, { tax }), taxMinor));
  }
  for (const [label, amountMinor] of [
    [messages.credited, document.amountCreditedMinor],
    [messages.balanceApplied, document.balanceAppliedMinor],
    [messages.amountPaid, document.amountPaidMinor],
  ] as const) {
    if (BigInt(amountMinor) !== 0n) rows.push(row(label, amountMinor));
  }
  return [...rows, row(messages.amountDue, document.amountDueMinor, true)];
}

function taxNotes({ taxExemption }: InvoiceDocument, messages: PdfMessages): string[] {
  if (taxExemption === 'reverse_charge') return [messages.reverseCharge];
  return taxExemption === 'exempt' ? [messages.taxExempt] : [];
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
