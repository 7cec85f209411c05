/** What a product is called and how it is described, in every language: one set of rules. */
import type { Locale } from '@4geeks/prisma';
import { InvalidInputError } from '../errors.ts';

export interface ProductTranslationInput {
  locale: Locale;
  name: string;
  description?: string | null;
}

const longestName = 200;
const longestDescription = 2000;

/** @throws InvalidInputError NAME_REQUIRED, TOO_LONG */
export function checkProductName(name: string, field = 'name'): string {
  const text = name.trim();
  if (text === '') throw new InvalidInputError(field, 'NAME_REQUIRED', 'Enter a name.');
  return checkLength(text, longestName, field);
}

/** @throws InvalidInputError TOO_LONG */
export function checkProductDescription(description: string, field = 'description'): string {
  return checkLength(description.trim(), longestDescription, field);
}

/** @throws InvalidInputError NAME_REQUIRED, TOO_LONG, LOCALE_REPEATED */
export function checkTranslations(
  translations: readonly ProductTranslationInput[],
): { locale: Locale; name: string; description: string }[] {
  const field = 'translations';
  if (new Set(translations.map(({ locale }) => locale)).size < translations.length) {
    throw new InvalidInputError(field, 'LOCALE_REPEATED', 'Give each language once.');
  }
  return translations.map(({ locale, name, description }) => ({
    locale,
    name: checkProductName(name, field),
    description: checkProductDescription(description ?? '', field),
  }));
}

/** @throws InvalidInputError TOO_LONG */
export function checkLength(text: string, longest: number, field: string): string {
  if (text.length > longest) {
    throw new InvalidInputError(field, 'TOO_LONG', `At most ${longest} characters.`, { longest });
  }
  return text;
}
