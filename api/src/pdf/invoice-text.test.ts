import { describe, expect, it } from 'vitest';

import type { InvoiceDocument } from './invoice-document.ts';
import { invoiceText } from './invoice-text.ts';
import { pdfMessages, type PdfLocale } from './messages.ts';

const invoice: InvoiceDocument = {
  kind: 'invoice',
  locale: 'en',
  timeZone: 'UTC',
  currency: 'EUR',
  issuer: {
    name: 'Acme',
    address: 'Street 1\n\n 10119 Berlin ',
    taxId: 'DE1',
    email: 'billing@acme.example',
    primaryColor: '#1f5fd6',
    logo: null,
  },
  customer: { name: 'Ada', email: 'ada@example.com', address: '', taxId: null },
  number: 'ACME-1',
  status: 'open',
  issuedAt: '2026-11-01T09:00:00Z',
  dueAt: '2026-11-15T09:00:00Z',
  paidAt: null,
  lines: [
    {
      description: 'Team plan',
      periodStart: '2026-11-01T00:00:00Z',
      periodEnd: '2026-12-01T00:00:00Z',
      quantity: 2,
      unitAmountMinor: '2450',
      amountMinor: '4900',
      taxRatePpm: null,
    },
  ],
  subtotalMinor: '4900',
  discounts: [],
  taxes: [],
  taxExemption: 'none',
  totalMinor: '4900',
  amountCreditedMinor: '0',
  balanceAppliedMinor: '0',
  amountPaidMinor: '0',
  amountDueMinor: '4900',
  payments: [],
  memo: null,
  footer: null,
};

const paid: Partial<InvoiceDocument> = {
  status: 'paid',
  paidAt: '2026-11-02T09:00:00Z',
  amountPaidMinor: '4900',
  amountDueMinor: '0',
};

const tax = (
  change: Partial<InvoiceDocument['taxes'][number]> = {},
): InvoiceDocument['taxes'][number] => ({
  name: 'IVA',
  ratePpm: 210_000,
  inclusive: false,
  taxableMinor: '4900',
  taxMinor: '1029',
  ...change,
});

describe('invoiceText', () => {
  it('says in one line what matters', () => {
    const headline = (change: Partial<InvoiceDocument>) =>
      invoiceText({ ...invoice, ...change }).headline;
    expect(headline({})).toBe('€49.00 due on November 15, 2026');
    expect(headline({ status: 'past_due' })).toBe('€49.00 past due');
    expect(headline(paid)).toBe('€49.00 paid on November 2, 2026');
    expect(headline({ status: 'void' })).toBe('€49.00');
  });

  it('prints the last day of a period, not the first after it', () => {
    expect(invoiceText(invoice).lines[0]!.period).toMatch(/^Nov 1\W+30, 2026$/);
  });

  it('dates by the time zone of the merchant', () => {
    const late = { ...invoice, issuedAt: '2026-11-01T23:30:00Z' };
    expect(invoiceText(late).facts[1]).toEqual(['Issued', 'November 1, 2026']);
    expect(invoiceText({ ...late, timeZone: 'Europe/Berlin' }).facts[1]![1]).toBe(
      'November 2, 2026',
    );
  });

  it('leaves out taxes where there are none', () => {
    expect(invoiceText(invoice)).toMatchObject({
      showsTax: false,
      lines: [{ cells: ['2', '€24.50', '€49.00'] }],
      totals: [{ label: 'Subtotal' }, { label: 'Total' }, { label: 'Amount due', value: '€49.00' }],
    });
    const lines = invoice.lines.map((line) => ({ ...line, taxRatePpm: 88_750 }));
    const [subtotal, ...totals] = invoiceText({
      ...invoice,
      lines: [...lines, ...invoice.lines],
      taxes: [tax({ name: 'Sales tax', ratePpm: 88_750, taxMinor: '435' })],
      totalMinor: '5335',
    }).totals;
    expect(subtotal).toMatchObject({ label: 'Subtotal' });
    expect(totals).toMatchObject([
      { label: 'Sales tax 8.875% on €49.00', value: '€4.35' },
      { label: 'Total', value: '€53.35', strong: true },
      { label: 'Amount due' },
    ]);
    const taxed = invoiceText({ ...invoice, lines: [...lines, ...invoice.lines] });
    expect(taxed.lines.map(({ cells }) => cells)).toEqual([
      ['2', '€24.50', '8.875%', '€49.00'],
      ['2', '€24.50', '–', '€49.00'],
    ]);
  });

  it('names a tax that prices contain below the total, and discounts above it', () => {
    const text = invoiceText({
      ...invoice,
      locale: 'es',
      discounts: [
        { name: 'Bienvenida', percentOffBps: 1250, amountMinor: '613' },
        { name: 'Cinco', percentOffBps: null, amountMinor: '500' },
      ],
      taxes: [tax({ inclusive: true, taxableMinor: '3130', taxMinor: '657' })],
      totalMinor: '3787',
      amountDueMinor: '3787',
    });
    expect(text.totals.map(({ label, value }) => [label, value.replace(/\u00A0/g, ' ')])).toEqual([
      ['Subtotal', '49,00 €'],
      [expect.stringMatching(/^Descuento: Bienvenida \(12,5.%\)$/), '-6,13 €'],
      ['Descuento: Cinco', '-5,00 €'],
      ['Total', '37,87 €'],
      [expect.stringMatching(/^Incluye IVA 21.% sobre 31,30.€$/), '6,57 €'],
      ['Importe pendiente', '37,87 €'],
    ]);
  });

  it('says why there is no tax, in the words of the law', () => {
    const note = (locale: PdfLocale, taxExemption: InvoiceDocument['taxExemption']) =>
      invoiceText({ ...invoice, locale, taxExemption }).notes;
    expect(note('en', 'none')).toEqual([]);
    expect(note('en', 'exempt')).toHaveLength(1);
    expect(note('en', 'reverse_charge')[0]).toMatch(/^Reverse charge/);
    expect(note('de', 'reverse_charge')[0]).toMatch(
      /^Steuerschuldnerschaft des Leistungsempfängers/,
    );
    expect(note('es', 'reverse_charge')[0]).toMatch(/^Inversión del sujeto pasivo/);
    expect(note('pt', 'reverse_charge')[0]).toMatch(/autoliquidação/);
    expect(note('it', 'reverse_charge')[0]).toMatch(/^Inversione contabile/);
  });

  it('shows what was credited and taken from the balance, and what was paid of the rest', () => {
    const text = invoiceText({
      ...invoice,
      ...paid,
      amountCreditedMinor: '1000',
      balanceAppliedMinor: '900',
      amountPaidMinor: '3000',
    });
    expect(text.headline).toBe('€30.00 paid on November 2, 2026');
    expect(text.totals.slice(2, 5)).toEqual([
      { label: 'Credited', value: '€10.00', strong: false },
      { label: 'Credit balance applied', value: '€9.00', strong: false },
      { label: 'Amount paid', value: '€30.00', strong: false },
    ]);
  });

  it('prints addresses line by line', () => {
    expect(invoiceText(invoice).issuer).toEqual(['Acme', 'Street 1', '10119 Berlin', 'Tax ID DE1']);
    expect(invoiceText(invoice).customer).toEqual(['Ada', 'ada@example.com']);
  });

  it('speaks every language without a gap', () => {
    for (const locale of Object.keys(pdfMessages) as PdfLocale[]) {
      const { messages, ...text } = invoiceText({ ...invoice, ...paid, kind: 'receipt', locale });
      expect(messages).toBe(pdfMessages[locale]);
      expect(JSON.stringify(text)).not.toMatch(/undefined|\{(amount|date|email)\}/);
    }
    expect(invoiceText({ ...invoice, ...paid, locale: 'de', kind: 'receipt' })).toMatchObject({
      title: 'Zahlungsbeleg',
      status: 'Bezahlt',
      headline: '49,00\u00A0€ bezahlt am 2. November 2026',
    });
  });
});
