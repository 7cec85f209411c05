/**
 * The HTML around a mail: tables and inline CSS for mail programs of every age, a style sheet for
 * those that honour one (phones, dark mode).
 *
 * Written by hand and not in MJML: version 5 works here (1 ms a mail once warm), but it brings 170
 * packages, 60 MB and 0.3 s of start for one fixed layout whose dark-mode colours it would not
 * write anyway.
 */
import type { Locale } from '@4geeks/prisma';
import { LRUCache } from 'lru-cache';
import type { Branding } from './branding.ts';
import { contrast, readableOn, textOn } from './colors.ts';
import type { MailBlock } from './mail-blocks.ts';
import { dark, fonts, light } from './mail-styles.ts';
import { addressLines } from './mail-text.ts';
import { escapeHtml } from './value-slots.ts';

export interface MailContent {
  subject: string;
  /** What inboxes show after the subject. */
  preheader: string;
  blocks: readonly MailBlock[];
}

/** What all mails of one branding and language have in common. */
export interface MailFrame {
  /** #rrggbb, readable on the card. */
  linkColor: string;
  /** A complete HTML document. */
  html(content: MailContent): string;
}

/** Those used last. Their colours take longer to find than a mail to fill in. */
const frames = new LRUCache<string, MailFrame>({ max: 500 });

export function mailFrame(branding: Branding, locale: Locale): MailFrame {
  const key = JSON.stringify([locale, branding]);
  let frame = frames.get(key);
  if (!frame) {
    frame = createFrame(branding, locale);
    frames.set(key, frame);
  }
  return frame;
}

function createFrame(branding: Branding, locale: Locale): MailFrame {
  const head = `<!doctype html>
<html lang="${locale}" dir="ltr" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>`;
  const body = `</title>
<style>${styleSheet(branding)}</style>
</head>
<body class="page" style="margin: 0; padding: 0; width: 100%; background-color: ${light.page}; -webkit-text-size-adjust: 100%;">
<div style="display: none; max-height: 0; overflow: hidden; mso-hide: all;">`;
  const card = `${'&#847;&zwnj;&nbsp;'.repeat(60)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background-color: ${light.page};">
<tr><td class="gutter" align="center" style="padding: 32px 16px;">
<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width: 560px; margin: 0 auto;">
<tr><td class="card accent" style="background-color: ${light.card}; border: 1px solid ${light.line}; border-top: 4px solid ${branding.primaryColor}; border-radius: 10px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td class="inset" style="padding: 28px 36px 0;">${masthead(branding)}</td></tr>
<tr><td class="inset" style="padding: 24px 36px 12px;">
`;
  const end = `
</td></tr>
</table>
</td></tr>
<tr><td class="inset" align="center" style="padding: 20px 36px 0;">${footer(branding)}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
  const button = buttonIn(branding.primaryColor);
  return {
    linkColor: readableOn(branding.primaryColor, light.card),
    html({ subject, preheader, blocks }) {
      const inside = blocks.map((block) =>
        block.type === 'button' ? button(block.label, block.href) : block.html,
      );
      return `${head}${escapeHtml(subject)}${body}${escapeHtml(preheader)}${card}${inside.join('\n')}${end}`;
    },
  };
}

function masthead({ companyName, logoUrl }: Branding): string {
  const name = escapeHtml(companyName);
  const type = `font-family: ${fonts}; font-size: 19px; line-height: 1.3; font-weight: 700; color: ${light.text};`;
  if (logoUrl === null) return `<div class="text" style="${type}">${name}</div>`;
  // A plate of the card's light colour: logos are drawn for light ground, also in dark mode.
  return `<table role="presentation" cellpadding="0" cellspacing="0"><tr><td class="plate" style="border-radius: 6px;"><img src="${escapeHtml(logoUrl)}" alt="${name}" height="40" style="display: block; height: 40px; width: auto; max-width: 200px; border: 0; ${type}"></td></tr></table>`;
}

function footer(branding: Branding): string {
  const style = `margin: 0 0 6px; font-family: ${fonts}; font-size: 13px; line-height: 1.5; color: ${light.muted};`;
  const email = escapeHtml(branding.supportEmail);
  const address = addressLines(branding).map(escapeHtml).join(', ');
  const sender = escapeHtml(branding.companyName) + (address && `<br>${address}`);
  return `<p class="muted" style="${style}">${sender}</p><p class="muted" style="${style}"><a class="muted" href="mailto:${email}" style="color: ${light.muted};">${email}</a></p>`;
}

/** A link that looks like a button even without style sheets or images; VML for old Outlook. */
function buttonIn(color: string): (label: string, href: string) => string {
  const ink = textOn(color);
  // A button as pale as the card needs an edge to be seen.
  const edge = contrast(color, light.card) < 1.3 ? light.muted : color;
  const font = `font-family: ${fonts}; font-size: 16px; line-height: 24px; font-weight: 600;`;
  return (label, href) => {
    const [text, target] = [escapeHtml(label), escapeHtml(href)];
    const width = Math.min(460, 80 + label.length * 9);
    return `<table role="presentation" class="wide" cellpadding="0" cellspacing="0" style="margin: 8px 0 24px;"><tr><td class="button-cell" align="center" style="border-radius: 8px; background-color: ${color};">
<!--[if mso]><v:roundrect href="${target}" style="height:50px;v-text-anchor:middle;width:${width}px;" arcsize="16%" strokecolor="${edge}" fillcolor="${color}"><w:anchorlock xmlns:w="urn:schemas-microsoft-com:office:word"/><center style="color:${ink};font-family:Arial,sans-serif;font-size:16px;font-weight:bold;">${text}</center></v:roundrect><![endif]-->
<!--[if !mso]><!--><a class="button" href="${target}" target="_blank" style="display: inline-block; padding: 12px 20px; border: 1px solid ${edge}; border-radius: 8px; background-color: ${color}; color: ${ink}; ${font} text-decoration: none; text-align: center;">${text}</a><!--<![endif]-->
</td></tr></table>`;
  };
}

function styleSheet({ primaryColor }: Branding): string {
  const darkEdge = contrast(primaryColor, dark.card) < 1.3 ? dark.muted : primaryColor;
  return `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .gutter { padding: 12px 8px 24px !important; }
  .inset { padding-left: 20px !important; padding-right: 20px !important; }
  .cell { font-size: 14px !important; }
  .wide { width: 100% !important; }
  .button { display: block !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background-color: ${dark.page} !important; }
  .card { background-color: ${dark.card} !important; border-color: ${dark.line} !important; }
  .accent { border-top-color: ${darkEdge} !important; }
  .text { color: ${dark.text} !important; }
  .muted { color: ${dark.muted} !important; }
  .line { border-color: ${dark.line} !important; }
  .tint { background-color: ${dark.tint} !important; }
  .quote { border-left-color: ${readableOn(primaryColor, dark.card)} !important; }
  .link { color: ${readableOn(primaryColor, dark.card)} !important; }
  .button { border-color: ${darkEdge} !important; }
  .plate { background-color: #ffffff !important; padding: 6px 10px !important; }
}
`;
}
