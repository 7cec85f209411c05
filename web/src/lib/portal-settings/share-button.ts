import { accentFrom } from '#lib/theme/accent.ts';

/** The looks of the button, in the merchant's colour, for sites that have no style sheet of ours. */
export function shareButtonStyle(primaryColor: string): string {
  const { fill, ink } = accentFrom(primaryColor).light;
  return [
    'display:inline-block',
    'padding:10px 18px',
    'border-radius:8px',
    `background:${fill}`,
    `color:${ink}`,
    'font:600 15px/1.4 system-ui,sans-serif',
    'text-decoration:none',
  ].join(';');
}

/** HTML of a button that leads to the portal, to be pasted into any page. */
export function shareButtonHtml(url: string, label: string, primaryColor: string): string {
  return `<a href="${escape(url)}" style="${escape(shareButtonStyle(primaryColor))}">${escape(label)}</a>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
