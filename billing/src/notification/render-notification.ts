import type { Locale, NotificationKind } from '@4geeks/prisma';
import type { Branding } from './branding.ts';
import { defaultTemplate } from './default-templates/default-template.ts';
import type { TemplateText } from './kinds.ts';
import { renderLiquid } from './liquid.ts';
import { mailBlocks, type MailBlock } from './mail-blocks.ts';
import { mailFrame } from './mail-layout.ts';
import { mailText } from './mail-text.ts';
import { linkVariables, type NotificationVariables } from './template-variables.ts';
import { createValueSlots } from './value-slots.ts';

export interface RenderedMail {
  subject: string;
  /** A complete document. */
  html: string;
  /** The same, for those who read text. */
  text: string;
}

/**
 * Makes a mail: Liquid, then Markdown, then the layout; HTML and text from one source. Values are
 * text wherever a template puts them: a customer's name cannot become HTML, Markdown, a link, or
 * a header line.
 *
 * @param template the merchant's own; absent: the built-in one of `kind` and `locale`.
 * @throws TemplateError when `template` cannot be rendered.
 */
export function renderNotification<Kind extends NotificationKind>(input: {
  kind: Kind;
  locale: Locale;
  template?: TemplateText | null;
  variables: NotificationVariables<Kind>;
  branding: Branding;
}): RenderedMail {
  const { kind, locale, branding } = input;
  const variables: Readonly<Record<string, string>> = input.variables;
  const template = input.template ?? defaultTemplate(kind, locale);

  const subject = renderLiquid('subject', template.subject, variables, (value) => value)
    // One line: mail headers end at a line break.
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const slots = createValueSlots(template.body);
  const markdown = renderLiquid('body', template.body, variables, slots.keep);
  const links = new Set(linkVariables.map((name) => variables[name] ?? '').filter(Boolean));
  const frame = mailFrame(branding, locale);
  const blocks = mailBlocks(markdown, slots, links, frame.linkColor);

  // A filter may cut a character in two, and not every provider takes the halves.
  return {
    subject: subject.toWellFormed(),
    html: frame.html({ subject, preheader: preheaderOf(blocks), blocks }).toWellFormed(),
    text: mailText(blocks, branding).toWellFormed(),
  };
}

/** The first words that say something: a greeting, being short, is skipped. */
function preheaderOf(blocks: readonly MailBlock[]): string {
  const texts = blocks.flatMap((block) =>
    block.type === 'html' ? [block.text.replace(/\s+/g, ' ')] : [],
  );
  const [first = '', ...rest] = texts;
  const telling = rest.length > 0 && first.length < 60 ? rest : texts;
  const text = telling.join(' ');
  return text.length <= 120 ? text : `${text.slice(0, 119).trimEnd()}…`;
}
