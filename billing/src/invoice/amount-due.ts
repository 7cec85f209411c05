import type { Invoice } from '@4geeks/prisma';

/** The columns that what is due is reckoned from, as a Prisma `select`. */
export const amountDueColumns = {
  totalMinor: true,
  amountPaidMinor: true,
  amountCreditedMinor: true,
  balanceAppliedMinor: true,
} as const;

export type AmountDueFacts = Pick<Invoice, keyof typeof amountDueColumns>;

/**
 * What is left to pay on an invoice: its total less what was paid, credited before payment, and
 * taken from the customer's balance. Never negative: the database allows no more than the total.
 * Whether anybody is still asked for it,
 * the status says.
 */
export function amountDue(invoice: AmountDueFacts): bigint {
  const { totalMinor, amountPaidMinor, amountCreditedMinor, balanceAppliedMinor } = invoice;
  return totalMinor - amountPaidMinor - amountCreditedMinor - balanceAppliedMinor;
}
