import type { Locale } from '@4geeks/prisma';
import type { MailFacts } from './mail-facts.ts';
import type { MerchantFacts } from './merchant-facts.ts';

const customerNames: Record<Locale, string> = {
  en: 'Jordan Smith',
  es: 'Ana García',
  de: 'Lena Schmidt',
  pt: 'Mariana Souza',
  it: 'Giulia Rossi',
};

const dayMs = 24 * 60 * 60 * 1000;

/**
 * A failed renewal to show a template with where no real one fits: before the first customer, and
 * as the examples beside the variables.
 */
export function exampleFacts(locale: Locale, merchant: MerchantFacts, now: Date): MailFacts {
  const later = (days: number) => new Date(now.getTime() + days * dayMs);
  const amountMinor = 4900n;
  return {
    merchant,
    customerName: customerNames[locale],
    invoice: {
      id: '00000000-0000-7000-8000-000000000000',
      number: `${merchant.invoicePrefix}-0042`,
      currency: merchant.currency,
      totalMinor: amountMinor,
      amountPaidMinor: 0n,
      amountCreditedMinor: 0n,
      balanceAppliedMinor: 0n,
      dueAt: now,
      paidAt: now,
      periodStart: now,
      periodEnd: later(30),
      nextAttemptAt: later(3),
      subscriptionId: '00000000-0000-7000-8000-000000000000',
    },
    lines: [{ description: 'Pro', names: {} }],
    payment: { amountMinor, declineCode: 'expired_card', settledAt: now, createdAt: now },
    method: { brand: 'visa', last4: '4242' },
  };
}
