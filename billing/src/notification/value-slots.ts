/**
 * Keeps values out of the Markdown parser. Liquid writes a *slot*, a word without meaning, where a
 * value belongs; the value itself is put in after Markdown has become HTML, escaped. So a
 * customer's name can be neither Markdown nor HTML, wherever a template uses it.
 */
export interface ValueSlots {
  /** @returns the slot for `value`; '' for '', so that what is empty looks empty to Markdown. */
  keep(value: string): string;
  /** Values in their slots, as HTML text or attribute content. */
  fillHtml(html: string): string;
  /** Values in their slots, as they are. */
  fillText(text: string): string;
  /** Slots in `text` whose value is one of `values`, replaced by what `replace` makes of them. */
  replaceWhere(
    text: string,
    values: ReadonlySet<string>,
    replace: (slot: string) => string,
  ): string;
}

/** @param source the template: slots are words that do not occur in it. */
export function createValueSlots(source: string): ValueSlots {
  let word = 'zslot';
  while (source.includes(word)) word += 'z';
  const pattern = new RegExp(`${word}(\\d+)z`, 'g');
  const values: string[] = [];
  const fill = (text: string, show: (value: string) => string) =>
    text.replace(pattern, (_slot, index: string) => show(values[Number(index)] ?? ''));

  return {
    keep(value) {
      if (value === '') return '';
      values.push(value);
      return `${word}${values.length - 1}z`;
    },
    fillHtml: (html) => fill(html, escapeHtml),
    fillText: (text) => fill(text, (value) => value),
    replaceWhere: (text, wanted, replace) =>
      text.replace(pattern, (slot, index: string) =>
        wanted.has(values[Number(index)] ?? '') ? replace(slot) : slot,
      ),
  };
}

/** Safe as text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
