import { isLocale, overwriteGetLocale } from '#lib/paraglide/runtime.js';
import type { HandleClientError } from '@sveltejs/kit/hooks';

// The server decides the language and writes it into the page; reading it there
// keeps the first render in the browser equal to the server's.
overwriteGetLocale(() => {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : 'en';
});

export const handleError: HandleClientError = ({ error, kind }) => {
  if (kind === 'unknown') console.error(error);
};
