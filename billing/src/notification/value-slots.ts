/**
 * Keeps values out of the Markdown parser. Liquid writes a *slot*, a word without meaning, where a
 * value belongs; the value itself is put in after Markdown has become HTML, escaped. So a
 * customer's name can be neither Markdown nor HTML, wherever a template uses it, and what has been
 * made of a template serves every customer.
 */
export interface ValueSlots {
  /** What slots of this template begin with. */
  readonly word: string;
  /** What was kept, by the slots' numbers. */
  readonly values: readonly string[];
  /** @returns the slot for `value`; '' for '', so that what is empty looks empty to Markdown. */
  keep(value: string): string;
}

/** @param source the template: slots are words that do not occur in it. */
export function createValueSlots(source: string): ValueSlots {
  let word = 'zslot';
  while (source.includes(word)) word += 'z';
  const values: string[] = [];
  return {
    word,
    values,
    keep(value) {
      if (value === '') return '';
      values.push(value);
      return `${word}${values.length - 1}z`;
    },
  };
}

/** Slots in `text`; their numbers are the first group. */
export function slotPattern(word: string): RegExp {
  return new RegExp(`${word}(\\d+)z`, 'g');
}

/** Text with slots, cut at them: by turns text and the number of a slot. */
export type SlottedText = readonly string[];

export function cutAtSlots(text: string, word: string): SlottedText {
  return text.split(slotPattern(word));
}

/** Values in their slots, as they are. */
export function fillText(text: SlottedText, values: readonly string[]): string {
  return text.map((part, at) => (at % 2 === 0 ? part : valueOf(Number(part), values))).join('');
}

/** Of a slot that nobody filled (a template may happen to spell one): ''. */
export function valueOf(slot: number, values: readonly string[]): string {
  return values[slot] ?? '';
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
