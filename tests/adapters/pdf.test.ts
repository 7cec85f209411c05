import { performance } from 'node:perf_hooks';

import type { InvoiceDocument } from '@4geeks/api/pdf/invoice-document';
import { createPdfRenderer } from '@4geeks/api/pdf/pdf-renderer';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';

const renderer = createPdfRenderer();
cleanUp(() => renderer.close());

const line = (description: string): InvoiceDocument['lines'][number] => ({
  description,
  periodStart: '2026-11-01T00:00:00Z',
  periodEnd: '2026-12-01T00:00:00Z',
  quantity: 1,
  unitAmountMinor: '4900',
  amountMinor: '4900',
  taxRatePpm: null,
});

const invoice: InvoiceDocument = {
  kind: 'invoice',
  locale: 'en',
  timeZone: 'UTC',
  currency: 'EUR',
  issuer: {
    name: 'Acme Łódź',
    address: 'Straße 1\n10119 Berlin',
    taxId: null,
    email: 'billing@acme.example',
    primaryColor: '#1f5fd6',
    logo: null,
  },
  customer: { name: 'Ελλάδα Кириллица', email: 'ada@example.com', address: '', taxId: null },
  number: 'ACME-1',
  status: 'past_due',
  issuedAt: '2026-11-01T09:00:00Z',
  dueAt: '2026-11-01T09:00:00Z',
  paidAt: null,
  lines: [line('Team plan')],
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

async function read(document: InvoiceDocument) {
  const pdf = await getDocumentProxy(new Uint8Array(await renderer.renderInvoice(document)));
  const { text } = await extractText(pdf, { mergePages: false });
  return { pages: text, info: (await getMeta(pdf)).info };
}

describe('an invoice as PDF', () => {
  it('has its words in any European script, and a title', async () => {
    const { pages, info } = await read(invoice);
    expect(pages).toHaveLength(1);
    for (const word of [
      'Acme Łódź',
      'Straße 1',
      'Ελλάδα Кириллица',
      '€49.00 past due',
      'Past due',
      'Team plan',
    ]) {
      expect(pages[0]).toContain(word);
    }
    expect(info).toMatchObject({ Title: 'Invoice ACME-1', Author: 'Acme Łódź' });
  });

  it('goes on over pages, with heads and numbers on each', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => line(`Item ${index + 1}`));
    const { pages } = await read({ ...invoice, lines });
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, text] of pages.entries()) {
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
    }
    expect(pages[1]).toContain('Description');
    expect(pages[1]).toContain('Invoice ACME-1');
    expect(pages.join(' ')).toContain('Item 40');
  });

  it('keeps an address in one line where there is room, and breaks a longer one after its @', async () => {
    const linesWith = async (email: string) => {
      const { pages } = await read({ ...invoice, customer: { ...invoice.customer, email } });
      return pages[0]!.split('\n').map((text) => text.trim());
    };
    const [short, domain] = [
      'amelia.hart@hart-ceramics.example',
      `${'ceramics-'.repeat(6)}.example`,
    ];
    expect(await linesWith(short)).toContain(short);
    const lines = await linesWith(`${'amelia-'.repeat(4)}@${domain}`);
    expect(lines).toContain(`${'amelia-'.repeat(4)}@`);
  });

  it('shows that letters are missing where its font has none', async () => {
    const { pages } = await read({
      ...invoice,
      customer: { ...invoice.customer, name: '東京 Ltd' },
    });
    expect(pages[0]).toContain('\uFFFD Ltd');
  });

  it('leaves the event loop free', async () => {
    const before = performance.eventLoopUtilization();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => renderer.renderInvoice(invoice)));
    const { active } = performance.eventLoopUtilization(before);
    expect(active).toBeLessThan((performance.now() - startedAt) / 4);
  });
});
