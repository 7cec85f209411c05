/**
 * What a mail consists of. Markdown, sanitizer and styles work on a template's text with slots in
 * place of values, once for all customers it looks the same for; a mail only fills the slots.
 */
import { LRUCache } from 'lru-cache';
import { styleMailHtml } from './mail-styles.ts';
import { htmlAsText } from './mail-text.ts';
import { isSafeLink, markdownBlocks, sanitizeMailHtml } from './markdown-blocks.ts';
import { fillHtml, isPlainWith, readSlottedHtml, type SlottedHtml } from './slotted-html.ts';
import { cutAtSlots, fillText, type SlottedText, type ValueSlots } from './value-slots.ts';

export type MailBlock =
  | {
      type: 'html';
      /** Safe, and with our styles. */
      html: string;
      /** The same to be read as it is. */
      text: string;
    }
  | { type: 'button'; label: string; href: string };

type PreparedBlock =
  | { type: 'button'; label: SlottedText; href: SlottedText }
  | {
      type: 'html';
      bare: SlottedHtml;
      styled: SlottedHtml;
      /** Where there is nothing to fill in; else made of each mail, because values break its lines. */
      text: string | null;
    };

/** Bodies as they were made last. Of a template there are as many as its conditions make of it. */
const prepared = new LRUCache<string, readonly PreparedBlock[]>({
  max: 1000,
  // Characters.
  maxSize: 8_000_000,
  sizeCalculation: (blocks, key) =>
    key.length + blocks.reduce((sum, block) => sum + sizeOf(block), 0),
});

/**
 * @param markdown with slots for values; nothing else in it may depend on a value.
 * @param links values that become links where they stand alone in the text.
 * @param linkColor #rrggbb, readable on the card.
 */
export function mailBlocks(
  markdown: string,
  { word, values }: ValueSlots,
  links: ReadonlySet<string>,
  linkColor: string,
): MailBlock[] {
  const areLinks = values.map((value) => links.has(value));
  const key = [word, linkColor, areLinks.map(Number).join(''), markdown].join('\n');
  let blocks = prepared.get(key);
  if (!blocks) {
    blocks = prepare(markdown, word, areLinks, linkColor);
    prepared.set(key, blocks);
  }
  return blocks.flatMap((block) => fill(block, values, linkColor) ?? []);
}

function prepare(
  markdown: string,
  word: string,
  areLinks: readonly boolean[],
  linkColor: string,
): PreparedBlock[] {
  return markdownBlocks(markdown, word, (slot) => areLinks[slot] ?? false).map((block) => {
    if (block.type === 'button') {
      const { type, label, href } = block;
      return { type, label: cutAtSlots(label, word), href: cutAtSlots(href, word) };
    }
    const bare = readSlottedHtml(block.html, word);
    return {
      type: block.type,
      bare,
      styled: readSlottedHtml(styleMailHtml(block.html, linkColor), word),
      text: bare.parts.length === 1 ? htmlAsText(block.html).trim() : null,
    };
  });
}

/** @returns null when nothing is left to be seen. */
function fill(
  block: PreparedBlock,
  values: readonly string[],
  linkColor: string,
): MailBlock | null {
  if (block.type === 'button') {
    const href = fillText(block.href, values);
    const label = fillText(block.label, values).replace(/\s+/g, ' ').trim();
    return isSafeLink(href) && label !== '' ? { type: block.type, label, href } : null;
  }
  const { type, bare, styled, text } = block;
  const filled = fillHtml(bare, values);
  if (isPlainWith(bare, values)) {
    return { type, html: fillHtml(styled, values), text: text ?? htmlAsText(filled).trim() };
  }
  // What values lead to, or leave empty, is judged with them in place.
  const html = sanitizeMailHtml(filled);
  if (html.trim() === '') return null;
  return { type, html: styleMailHtml(html, linkColor), text: htmlAsText(html).trim() };
}

function sizeOf(block: PreparedBlock): number {
  if (block.type === 'button') return block.label.join('').length + block.href.join('').length;
  return [...block.bare.parts, ...block.styled.parts].reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length : 10),
    0,
  );
}
