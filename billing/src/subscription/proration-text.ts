import type { Locale } from '@4geeks/prisma';

const texts: Record<Locale, { unused: string; remaining: string }> = {
  en: { unused: 'Unused time', remaining: 'Remaining time' },
  es: { unused: 'Tiempo no utilizado', remaining: 'Tiempo restante' },
  de: { unused: 'Nicht genutzte Zeit', remaining: 'Verbleibende Zeit' },
  pt: { unused: 'Tempo não utilizado', remaining: 'Tempo restante' },
  it: { unused: 'Tempo non utilizzato', remaining: 'Tempo rimanente' },
};

/** What a proration line is for, as printed: `Unused time: Team`. Its period says which time. */
export function prorationText(
  kind: 'unused' | 'remaining',
  product: string,
  locale: Locale,
): string {
  return `${texts[locale][kind]}: ${product}`;
}
