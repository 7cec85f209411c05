import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Message = string | [{ declarations: string[]; match: Record<string, string> }];

const root = new URL('../../messages/', import.meta.url);
const areas = readdirSync(root);
const locales = ['en', 'es', 'de', 'pt', 'it'];

function catalogue(area: string, locale: string): Record<string, Message> {
  const { $schema: _, ...messages } = JSON.parse(
    readFileSync(new URL(`${area}/${locale}.json`, root), 'utf8'),
  );
  return messages;
}

/** What a caller has to pass: the same in every language. */
function inputs(message: Message): string[] {
  const placeholders = (text: string) =>
    [...text.matchAll(/(?<!\\)\{(\w+)\}/g)].map(([, name]) => name!);
  const names =
    typeof message === 'string'
      ? placeholders(message)
      : message[0].declarations
          .filter((line) => line.startsWith('input '))
          .map((line) => line.slice(6));
  return [...new Set(names)].sort();
}

describe.each(areas)('the %s catalogue', (area) => {
  const english = catalogue(area, 'en');

  it.each(locales)('is complete in %s', (locale) => {
    expect(Object.keys(catalogue(area, locale)).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(locales)('takes the same placeholders in %s', (locale) => {
    const translated = catalogue(area, locale);
    const differing = Object.keys(english).filter(
      (key) => inputs(translated[key]!).join() !== inputs(english[key]!).join(),
    );
    expect(differing).toEqual([]);
  });

  it.each(locales)('has no empty sentence in %s', (locale) => {
    const empty = Object.entries(catalogue(area, locale)).filter(
      ([, message]) => typeof message === 'string' && message.trim() === '',
    );
    expect(empty).toEqual([]);
  });

  it('names every key after its area', () => {
    const prefixes = area === 'common' ? ['common_', 'error_'] : [`${area}_`];
    expect(
      Object.keys(english).filter((key) => !prefixes.some((prefix) => key.startsWith(prefix))),
    ).toEqual([]);
  });
});
