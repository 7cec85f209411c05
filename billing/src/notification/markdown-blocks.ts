/**
 * Markdown as the blocks of a mail: safe HTML, and buttons (a paragraph that is only a link).
 * Whatever HTML a template contains is reduced to what mails may hold; styles are ours alone.
 */
import { Marked, type Token, type Tokens } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { slotPattern } from './value-slots.ts';

/** Values are slots still, in all of it. */
export type MarkdownBlock =
  { type: 'html'; html: string } | { type: 'button'; label: string; href: string };

/** Elements a mail's text may hold. */
export const mailTags = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
  ...['a', 'strong', 'b', 'em', 'i', 'u', 's', 'del', 'sub', 'sup', 'small', 'span'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'img'],
];

const allowedSchemes = ['http', 'https', 'mailto', 'tel'];

/**
 * @param markdown with slots for values.
 * @param word what slots begin with.
 * @param isLink whether the value of a slot becomes a link where it stands alone in the text.
 */
export function markdownBlocks(
  markdown: string,
  word: string,
  isLink: (slot: number) => boolean,
): MarkdownBlock[] {
  const marked = createMarked(slotPattern(word), isLink);
  const tokens = marked.lexer(markdown);
  const blocks: MarkdownBlock[] = [];
  for (const token of tokens) {
    const link = onlyLinkOf(token);
    if (link) {
      const label = plainText(marked.parser([paragraphOf(link)]));
      blocks.push({ type: 'button', label, href: link.href });
      continue;
    }
    const html = sanitizeMailHtml(marked.parser([token]));
    if (html.trim() !== '') blocks.push({ type: 'html', html });
  }
  return blocks;
}

function createMarked(slots: RegExp, isLink: (slot: number) => boolean): Marked {
  const marked = new Marked({ gfm: true, breaks: false });
  let insideLink = false;
  marked.use({
    renderer: {
      link(token) {
        insideLink = true;
        const label = this.parser.parseInline(token.tokens);
        insideLink = false;
        const href = token.href.replaceAll('"', '%22').replaceAll('<', '%3C');
        return href === '' ? label : `<a href="${href}">${label}</a>`;
      },
      text(token) {
        if (insideLink || ('tokens' in token && token.tokens)) return false;
        return escapeOnce(token).replace(slots, (slot, number: string) =>
          isLink(Number(number)) ? `<a href="${slot}">${slot}</a>` : slot,
        );
      },
    },
  });
  return marked;
}

/** Marked's own rule for text: entities the template wrote stay, the rest is escaped. */
function escapeOnce(token: Tokens.Text | Tokens.Escape): string {
  if ('escaped' in token && token.escaped) return token.text;
  return token.text
    .replace(/&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function onlyLinkOf(token: Token): Tokens.Link | null {
  if (token.type !== 'paragraph') return null;
  const inline = (token as Tokens.Paragraph).tokens.filter(
    (child) => !(child.type === 'text' && child.raw.trim() === ''),
  );
  const [only] = inline;
  if (inline.length !== 1 || only?.type !== 'link') return null;
  const link = only as Tokens.Link;
  // An address written out is a link and not a button: nobody wants to read it on one.
  return link.autolink || link.text === link.href ? null : link;
}

function paragraphOf(link: Tokens.Link): Tokens.Paragraph {
  return { type: 'paragraph', raw: link.raw, text: link.text, tokens: link.tokens };
}

function plainText(html: string): string {
  return unescapeHtml(sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} }));
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Whether a mail may lead there. */
export function isSafeLink(href: string): boolean {
  return URL.canParse(href) && allowedSchemes.includes(new URL(href).protocol.slice(0, -1));
}

/** What mails may hold of `html`. */
export function sanitizeMailHtml(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: mailTags,
    allowedAttributes: {
      a: ['href'],
      img: ['src', 'alt', 'width', 'height'],
      ol: ['start'],
      td: ['align'],
      th: ['align'],
    },
    allowedSchemes,
    allowedSchemesByTag: { img: ['http', 'https'] },
    allowProtocolRelative: false,
    // A table that only lines things up has an empty header in Markdown.
    exclusiveFilter: (frame) =>
      (frame.tag === 'a' && !frame.attribs['href'] && frame.text.trim() === '') ||
      (frame.tag === 'thead' && frame.text.trim() === ''),
  });
}
