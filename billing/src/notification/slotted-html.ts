/**
 * Sanitized HTML with slots, read once and filled many times. Its structure is settled before a value
 * comes near it: a slot stands in a text or in the value of an attribute, and nowhere else.
 */
import { cutAtSlots, fillText, slotPattern, valueOf, type SlottedText } from './value-slots.ts';

export interface SlottedHtml {
  parts: readonly (string | Slot)[];
  /** Attributes that lead somewhere, and where to depends on values. */
  addresses: readonly { name: string; text: SlottedText }[];
}

interface Slot {
  number: number;
  inAttribute: boolean;
}

/** @param html as the sanitizer writes it: `<` and `>` are tags, and attributes are in quotes. */
export function readSlottedHtml(html: string, word: string): SlottedHtml {
  const parts: (string | Slot)[] = [];
  let end = 0;
  for (const match of html.matchAll(slotPattern(word))) {
    const inAttribute = html.lastIndexOf('<', match.index) > html.lastIndexOf('>', match.index);
    parts.push(html.slice(end, match.index), { number: Number(match[1]), inAttribute });
    end = match.index + match[0].length;
  }
  parts.push(html.slice(end));
  const addresses = [...html.matchAll(/ (href|src)="([^"]*)"/g)]
    .map(([, name, value]) => ({ name: name!, text: cutAtSlots(value!, word) }))
    .filter(({ text }) => text.length > 1);
  return { parts, addresses };
}

/** Values in their slots, written as the sanitizer would write them. */
export function fillHtml({ parts }: SlottedHtml, values: readonly string[]): string {
  let html = '';
  for (const part of parts) {
    html +=
      typeof part === 'string' ? part : escape(valueOf(part.number, values), part.inAttribute);
  }
  return html;
}

/**
 * Whether the sanitizer would leave it alone, once filled: addresses lead where it lets them, and no
 * value is blank, which might leave an element without content. True only where that is plain to see.
 */
export function isPlainWith({ parts, addresses }: SlottedHtml, values: readonly string[]): boolean {
  return (
    parts.every((part) => typeof part === 'string' || valueOf(part.number, values).trim() !== '') &&
    addresses.every(({ name, text }) => plainAddress[name]!.test(fillText(text, values)))
  );
}

const plainAddress: Record<string, RegExp> = {
  href: /^(?:https?|mailto|tel):[^\s\p{Cc}]*$/u,
  src: /^https?:[^\s\p{Cc}]*$/u,
};

function escape(value: string, inAttribute: boolean): string {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return inAttribute ? text.replaceAll('"', '&quot;') : text;
}
