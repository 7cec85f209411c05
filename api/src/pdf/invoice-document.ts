/**
 * What an invoice PDF is made of: plain values that survive the way into a worker thread. Says what
 * is printed, not where.
 */
import type { PdfLocale } from './messages.ts';

/** Integer minor units as decimal digits, for example `4900`; `-` in front when negative. */
export type MinorUnits = string;
/** An instant, ISO 8601; printed as a date in `timeZone`. */
export type Instant = string;

export interface InvoiceDocument {
  /** A receipt is the same page for an invoice that is paid, titled so. */
  kind: 'invoice' | 'receipt';
  locale: PdfLocale;
  /** IANA zone that dates are meant in. */
  timeZone: string;
  /** ISO 4217; every amount is in it. */
  currency: string;

  /** Who bills. */
  issuer: {
    name: string;
    /** Lines separated by newlines; may be empty. */
    address: string;
    taxId: string | null;
    email: string;
    /** #rrggbb */
    primaryColor: string;
    /** PNG; without it the name stands in its place. */
    logo: Uint8Array | null;
  };
  /** Who is billed, as of finalization. */
  customer: {
    name: string;
    email: string;
    address: string;
    taxId: string | null;
  };

  number: string;
  status: 'open' | 'past_due' | 'paid' | 'void' | 'uncollectible';
  issuedAt: Instant;
  dueAt: Instant | null;
  paidAt: Instant | null;

  lines: {
    description: string;
    /** periodEnd is exclusive; the last day printed is the one before. */
    periodStart: Instant | null;
    periodEnd: Instant | null;
    quantity: number;
    unitAmountMinor: MinorUnits;
    /** As priced: before discounts and added tax. */
    amountMinor: MinorUnits;
    /** Parts per million; null: not taxed. */
    taxRatePpm: number | null;
  }[];
  subtotalMinor: MinorUnits;
  /** In the order in which they were taken. */
  discounts: {
    name: string;
    /** Basis points; null: an amount. */
    percentOffBps: number | null;
    amountMinor: MinorUnits;
  }[];
  taxes: {
    name: string;
    ratePpm: number;
    /** The prices contain it; else it is added to them. */
    inclusive: boolean;
    /** What it is of, without it. */
    taxableMinor: MinorUnits;
    taxMinor: MinorUnits;
  }[];
  /** Why there is no tax. */
  taxExemption: 'none' | 'exempt' | 'reverse_charge';
  totalMinor: MinorUnits;
  /** By credit notes before it was paid. */
  amountCreditedMinor: MinorUnits;
  /** From the customer's balance. */
  balanceAppliedMinor: MinorUnits;
  amountPaidMinor: MinorUnits;
  amountDueMinor: MinorUnits;

  /** Successful ones, oldest first. */
  payments: {
    paidAt: Instant;
    /** As shown to people: `Visa •••• 4242`. */
    method: string;
    amountMinor: MinorUnits;
  }[];
  /** The merchant's words, under the totals. */
  memo: string | null;
  /** The same, below everything. */
  footer: string | null;
}
