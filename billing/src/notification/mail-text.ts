/** The text part of a mail, made from the same blocks as its HTML. */
import { compile } from 'html-to-text';
import type { Branding } from './branding.ts';
import type { MailBlock } from './mail-blocks.ts';

const headings = ['h1', 'h2', 'h3', 'h4'].map((selector) => ({
  selector,
  options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 },
}));

/** Made once: reading the selectors takes longer than a mail's text does. */
const toText = compile({
  wordwrap: 78,
  selectors: [
    ...headings,
    { selector: 'a', options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true } },
    { selector: 'a[href^="mailto:"]', format: 'anchor', options: { ignoreHref: true } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'img', format: 'skip' },
  ],
});

/** HTML as text of at most 78 columns; addresses are written out, and never broken. */
export function htmlAsText(html: string): string {
  return toText(html);
}

/** The whole text part: blocks, then who sent it. */
export function mailText(blocks: readonly MailBlock[], branding: Branding): string {
  const paragraphs = blocks.map((block) =>
    block.type === 'button' ? `${block.label}:\n${block.href}` : block.text,
  );
  const sender = [branding.companyName, ...addressLines(branding), branding.supportEmail];
  const text = [...paragraphs.filter(Boolean), ['--', ...sender].join('\n')].join('\n\n');
  // Lines are broken already; what is left of no-break spaces only gets in the way of searching.
  return `${text.replace(/[\u00a0\u202f]/g, ' ')}\n`;
}

/** The postal address without empty lines. */
export function addressLines(branding: Branding): string[] {
  return branding.address
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
