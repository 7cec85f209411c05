import {
  baseLocale,
  extractLocaleFromHeader,
  isLocale,
  type Locale,
} from '#lib/paraglide/runtime.js';

/** Remembers the language a visitor chose, or that of the customer who signed in. */
export const localeCookie = 'locale';

/** Languages by the name their speakers use. */
export const languageNames: Record<Locale, string> = {
  en: 'English',
  es: 'Español',
  de: 'Deutsch',
  pt: 'Português',
  it: 'Italiano',
};

/** The language asked for by `?locale=`, if it is one of ours. */
export function localeInUrl(url: URL): Locale | undefined {
  const asked = url.searchParams.get('locale');
  return isLocale(asked) ? asked : undefined;
}

/** The language of a request: chosen before, else the browser's preference, else English. */
export function localeOfRequest(request: Request): Locale {
  const cookie = /(?:^|;\s*)locale=([a-z]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  if (isLocale(cookie)) return cookie;
  const preferred = extractLocaleFromHeader(request);
  return isLocale(preferred) ? preferred : baseLocale;
}
