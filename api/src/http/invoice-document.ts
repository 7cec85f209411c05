/** Gathers what stands on an invoice's PDF. */
import { amountDue } from '@4geeks/billing/invoice/amount-due';
import { taxesOfLines } from '@4geeks/billing/invoice/taxes-of-lines';
import type { BlobStore } from '@4geeks/billing/ports';
import { cardBrandName } from '@4geeks/billing/notification/card-brand-name';
import type { Database, Invoice, Prisma } from '@4geeks/prisma';
import type { InvoiceDocument } from '../pdf/invoice-document.ts';

/** @returns null when no finalized invoice matches. */
export async function loadInvoiceDocument(
  { database, blobs }: { database: Database; blobs: BlobStore },
  where: Prisma.InvoiceWhereInput,
): Promise<InvoiceDocument | null> {
  const invoice = await database.invoice.findFirst({
    where,
    include: {
      customer: { select: { merchant: { include: { portalSettings: true } } } },
      lines: { orderBy: { position: 'asc' } },
      discounts: { orderBy: { position: 'asc' } },
      payments: {
        where: { status: 'SUCCEEDED' },
        orderBy: { attemptNumber: 'asc' },
        include: { paymentMethod: { select: { brand: true, last4: true } } },
      },
    },
  });
  if (!invoice?.number || !invoice.finalizedAt) return null;
  const { currency } = invoice;
  const { merchant } = invoice.customer;
  const { portalSettings: branding } = merchant;
  const logo = branding?.logoHash ? await blobs.get(merchant.id, branding.logoHash) : null;

  return {
    kind: 'invoice',
    locale: invoice.locale,
    timeZone: merchant.timeZone,
    currency,
    issuer: {
      name: branding?.companyName || merchant.name,
      address: merchant.address,
      taxId: merchant.taxId,
      email: merchant.supportEmail,
      primaryColor: branding?.primaryColor ?? '#1f5fd6',
      logo: logo?.bytes ?? null,
    },
    customer: {
      name: invoice.customerName,
      email: invoice.customerEmail,
      address: invoice.customerAddress,
      taxId: invoice.customerTaxId,
    },
    number: invoice.number,
    status: statusOf(invoice),
    issuedAt: invoice.finalizedAt.toISOString(),
    dueAt: instant(invoice.dueAt),
    paidAt: instant(invoice.paidAt),
    lines: invoice.lines.map((line) => ({
      description: line.description,
      periodStart: instant(line.periodStart),
      periodEnd: instant(line.periodEnd),
      quantity: line.quantity,
      unitAmountMinor: String(line.unitAmountMinor),
      amountMinor: String(line.amountMinor),
      taxRatePpm: line.taxRatePpm,
    })),
    subtotalMinor: String(invoice.subtotalMinor),
    discounts: invoice.discounts.map(({ name, percentOffBps, amountMinor }) => ({
      name,
      percentOffBps,
      amountMinor: String(amountMinor),
    })),
    taxes: taxesOfLines(invoice.lines).map(({ taxableMinor, taxMinor, ...tax }) => ({
      ...tax,
      taxableMinor: String(taxableMinor),
      taxMinor: String(taxMinor),
    })),
    taxExemption: exemptions[invoice.taxExemption],
    totalMinor: String(invoice.totalMinor),
    amountCreditedMinor: String(invoice.amountCreditedMinor),
    balanceAppliedMinor: String(invoice.balanceAppliedMinor),
    amountPaidMinor: String(invoice.amountPaidMinor),
    amountDueMinor: String(invoice.status === 'OPEN' ? amountDue(invoice) : 0n),
    payments: invoice.payments.map(({ settledAt, createdAt, paymentMethod, amountMinor }) => ({
      paidAt: (settledAt ?? createdAt).toISOString(),
      method: `${cardBrandName(paymentMethod.brand)} •••• ${paymentMethod.last4}`,
      amountMinor: String(amountMinor),
    })),
    memo: invoice.memo,
    footer: invoice.footer,
  };
}

const exemptions = {
  NONE: 'none',
  EXEMPT: 'exempt',
  REVERSE_CHARGE: 'reverse_charge',
} as const;

function statusOf({ status, pastDueSince }: Invoice): InvoiceDocument['status'] {
  switch (status) {
    case 'PAID':
      return 'paid';
    case 'VOID':
      return 'void';
    case 'UNCOLLECTIBLE':
      return 'uncollectible';
    case 'OPEN':
    case 'DRAFT':
      return pastDueSince ? 'past_due' : 'open';
  }
}

function instant(date: Date | null): string | null {
  return date && date.toISOString();
}
