import { colord, extend, type Colord } from 'colord';
import a11y from 'colord/plugins/a11y';
import mix from 'colord/plugins/mix';

extend([a11y, mix]);

/** Backgrounds that accents stand on, as in app.css (kept equal by contrast.test.ts). */
export const backgrounds = {
  light: { surface: '#ffffff', worst: '#f1f3f6' },
  dark: { surface: '#14171f', worst: '#1f2430' },
};

/** WCAG 2.2 AA: text, and the edges of controls. */
const textContrast = 4.5;
const edgeContrast = 3;
/** The least that tells a button from the page; only near-white colours miss it. */
const visibleContrast = 1.25;

export type Accent = {
  /** Fill of buttons. */
  fill: string;
  hover: string;
  /** Text on the fill. */
  ink: string;
  /** Links and other coloured text on the page. */
  text: string;
  /** A tint to stand behind coloured text. */
  soft: string;
};

/**
 * Shades of a merchant's primary colour that stay readable in both schemes.
 * In light mode buttons have exactly the merchant's colour; their text is
 * white or dark, whichever can be read.
 *
 * @param primaryColor `#rrggbb`; anything else falls back to the product's blue
 */
export function accentFrom(primaryColor: string): { light: Accent; dark: Accent } {
  const parsed = colord(primaryColor);
  const brand = parsed.isValid() ? parsed.alpha(1) : colord('#2f55d4');
  const fill = shiftUntil(
    brand,
    -1,
    (shade) => shade.contrast(backgrounds.light.surface) >= visibleContrast,
  );
  const fillInDark = shiftUntil(
    brand,
    1,
    (shade) => shade.contrast(backgrounds.dark.surface) >= edgeContrast,
  );
  return {
    light: shades(fill, 'light', 0.1),
    dark: shades(fillInDark, 'dark', 0.2),
  };
}

function shades(fill: Colord, scheme: 'light' | 'dark', tint: number): Accent {
  const { surface, worst } = backgrounds[scheme];
  const soft = colord(surface).mix(fill, tint);
  const ink =
    ['#ffffff', '#12161f'].find((candidate) => fill.contrast(candidate) >= textContrast) ??
    '#000000';
  const text = shiftUntil(
    fill,
    scheme === 'light' ? -1 : 1,
    (shade) => shade.contrast(worst) >= textContrast && shade.contrast(soft) >= textContrast,
  );
  // Away from the text on it, so that hovering never costs contrast.
  const hover = ink === '#ffffff' ? fill.darken(0.06) : fill.lighten(0.06);
  return { fill: hex(fill), hover: hex(hover), ink, text: hex(text), soft: hex(soft) };
}

/** Lightens (1) or darkens (-1) in small steps until the shade will do. */
function shiftUntil(color: Colord, direction: 1 | -1, enough: (shade: Colord) => boolean): Colord {
  let { l, ...rest } = color.toHsl();
  let shade = color;
  while (!enough(shade) && (direction > 0 ? l < 100 : l > 0)) {
    l = Math.min(100, Math.max(0, l + direction));
    shade = colord({ ...rest, l });
  }
  return shade;
}

function hex(color: Colord): string {
  return color.toHex();
}

/** The accent as CSS variables, for the `style` of the element it is to colour. */
export function accentStyle(primaryColor: string): string {
  const { light, dark } = accentFrom(primaryColor);
  const pair = (name: string, key: keyof Accent) =>
    `--${name}:light-dark(${light[key]},${dark[key]})`;
  return [
    pair('accent', 'fill'),
    pair('accent-hover', 'hover'),
    pair('accent-ink', 'ink'),
    pair('accent-text', 'text'),
    pair('accent-soft', 'soft'),
    pair('ring', 'text'),
  ].join(';');
}
