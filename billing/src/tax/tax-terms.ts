import type { TaxRate } from '@4geeks/prisma';
import type { TaxTerms } from '../ports.ts';

/** The columns that taxing needs of a rate, as a Prisma `select`. */
export const taxTermsColumns = { id: true, name: true, ratePpm: true, inclusive: true } as const;

export type TaxRateFacts = Pick<TaxRate, keyof typeof taxTermsColumns>;

/** A rate as it is printed on the lines that it taxes. */
export function taxTermsOf(rate: TaxRateFacts | null): TaxTerms | null {
  if (rate === null) return null;
  const { id, name, ratePpm, inclusive } = rate;
  return { taxRateId: id, name, ratePpm, inclusive };
}
