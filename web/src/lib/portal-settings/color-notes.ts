import { colord, extend } from 'colord';
import a11y from 'colord/plugins/a11y';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { accentFrom, backgrounds } from '#lib/theme/accent.ts';

extend([a11y]);

/** What the portal does so that a colour stays readable; nothing for one that is fine as it is. */
export function colorNotes(primaryColor: string): string[] {
  const color = colord(primaryColor);
  if (!isHexColor(primaryColor)) return [];
  const { fill, text } = accentFrom(primaryColor).light;
  const facts = {
    color: primaryColor.toUpperCase(),
    ratio: color
      .contrast(backgrounds.light.surface)
      .toLocaleString(getLocale(), { maximumFractionDigits: 1 }),
  };
  if (!color.isEqual(fill)) {
    return [m.console_branding_fill_shifted({ ...facts, shade: fill.toUpperCase() })];
  }
  // Dark enough on white: a slightly darker shade on tinted ground is nothing to tell of.
  if (color.contrast(backgrounds.light.surface) >= 4.5) return [];
  return [m.console_branding_links_shifted({ ...facts, shade: text.toUpperCase() })];
}

/** Whether it is what the API takes: `#rgb` or `#rrggbb`. */
export function isHexColor(value: string): boolean {
  return /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value.trim());
}
