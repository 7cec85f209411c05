/** Amounts, and the names of languages: values that many nouns share. */
import { type Locale as locales } from '@4geeks/prisma';
import { builder } from './builder.ts';
import { described } from './described.ts';

export interface MoneyShape {
  amountMinor: bigint;
  currency: string;
}

export const Money = builder.objectRef<MoneyShape>('Money').implement({
  description: 'An amount of money, exact.',
  access: 'inherits',
  fields: (t) => ({
    amountMinor: t.expose('amountMinor', {
      type: 'SafeInt',
      description:
        'Integer minor units: 1999 with EUR is 19.99, with JPY 1999. The currency says how many decimals.',
    }),
    currency: t.expose('currency', { type: 'Currency', description: 'ISO 4217, upper case.' }),
  }),
});

export const Locale = builder.enumType('Locale', {
  description: 'Languages of mails, portal, console and documents.',
  values: described<locales>({
    en: 'English.',
    es: 'Spanish.',
    de: 'German.',
    pt: 'Portuguese.',
    it: 'Italian.',
  }),
});

/** Adds up amounts, one entry a currency, in the order in which currencies first appear. */
export function sumByCurrency(amounts: readonly MoneyShape[]): MoneyShape[] {
  const sums = new Map<string, bigint>();
  for (const { amountMinor, currency } of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
