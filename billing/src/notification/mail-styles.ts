/** How a mail looks. Inline, because many mail programs drop style sheets. */
import sanitizeHtml from 'sanitize-html';
import { mailTags } from './markdown-blocks.ts';

export const light = {
  page: '#f2f4f7',
  card: '#ffffff',
  text: '#1d2430',
  muted: '#5b6675',
  line: '#e2e6ec',
  tint: '#f6f8fa',
} as const;

export const dark = {
  page: '#0f1318',
  card: '#1a2028',
  text: '#e8ebf0',
  muted: '#a3adba',
  line: '#323b47',
  tint: '#232b35',
} as const;

export const fonts =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

const text = `font-family: ${fonts}; font-size: 16px; line-height: 1.55; color: ${light.text};`;

/** Names break between syllables only; what they name breaks anywhere rather than leave a phone. */
const nameCell = `padding: 9px 12px 9px 0; border-bottom: 1px solid ${light.line}; text-align: left; vertical-align: top; ${text} font-size: 15px; color: ${light.muted}; hyphens: auto;`;
const breakAnywhere = 'word-break: break-word; overflow-wrap: anywhere;';

/** A mail's text colour and size go to every block: Outlook inherits neither into tables. */
function styles(linkColor: string): Record<string, string> {
  return {
    p: `margin: 0 0 16px; ${text}`,
    h1: `margin: 8px 0 16px; ${text} font-size: 24px; line-height: 1.3; font-weight: 700;`,
    h2: `margin: 8px 0 16px; ${text} font-size: 20px; line-height: 1.35; font-weight: 700;`,
    h3: `margin: 8px 0 12px; ${text} font-weight: 700;`,
    h4: `margin: 8px 0 12px; ${text} font-weight: 700;`,
    ul: `margin: 0 0 16px; padding: 0 0 0 24px; ${text}`,
    ol: `margin: 0 0 16px; padding: 0 0 0 24px; ${text}`,
    li: `margin: 0 0 4px;`,
    blockquote: `margin: 0 0 20px; padding: 16px 16px 1px; border-left: 4px solid ${linkColor}; background-color: ${light.tint};`,
    pre: `margin: 0 0 16px; padding: 12px; overflow-x: auto; background-color: ${light.tint}; ${text} font-size: 14px;`,
    code: `font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.9em;`,
    hr: `margin: 24px 0; border: 0; border-top: 1px solid ${light.line};`,
    a: `color: ${linkColor}; text-decoration: underline; ${breakAnywhere}`,
    table: `width: 100%; margin: 8px 0 16px; border-collapse: collapse;`,
    th: `padding: 8px 12px 8px 0; border-bottom: 1px solid ${light.line}; text-align: left; ${text} font-size: 15px; font-weight: 600;`,
    td: `padding: 9px 0 9px 12px; border-bottom: 1px solid ${light.line}; text-align: right; vertical-align: top; ${text} font-size: 15px; ${breakAnywhere}`,
    img: `max-width: 100%; height: auto; border: 0;`,
  };
}

/** Class names let the dark style sheet reach what is styled inline. */
const classes: Record<string, string> = {
  blockquote: 'tint quote',
  pre: 'tint',
  hr: 'line',
  a: 'link',
  th: 'text line cell',
  td: 'text line cell',
  ...Object.fromEntries(
    ['p', 'h1', 'h2', 'h3', 'h4', 'ul', 'ol', 'li'].map((tag) => [tag, 'text']),
  ),
};

/**
 * Puts our styles on HTML that has none. In a table's rows the first cell names, the others tell.
 *
 * @param linkColor #rrggbb, readable on the card.
 */
export function styleMailHtml(html: string, linkColor: string): string {
  const styleOf = styles(linkColor);
  let cellsInRow = 0;
  return sanitizeHtml(html, {
    allowedTags: mailTags,
    allowedAttributes: false,
    parseStyleAttributes: false,
    transformTags: {
      '*': (tagName, attribs) => {
        if (tagName === 'tr') cellsInRow = 0;
        const names = tagName === 'td' && cellsInRow++ === 0;
        const style = names ? nameCell : styleOf[tagName];
        const className = names ? 'muted line cell' : classes[tagName];
        return {
          tagName,
          attribs: {
            ...attribs,
            ...(tagName === 'table' && {
              role: 'presentation',
              cellpadding: '0',
              cellspacing: '0',
            }),
            ...(className && { class: className }),
            ...(style && { style }),
          },
        };
      },
    },
  });
}
