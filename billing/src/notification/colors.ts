/** Readable colours beside a brand's own. Contrast as WCAG 2 defines it. */

type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function print(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(hex: string): number {
  const [red, green, blue] = parse(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 (the same) to 21 (black and white). Colours are #rrggbb. */
export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** White where it can be read well enough on `background`, else near-black. */
export function textOn(background: string): string {
  return contrast('#ffffff', background) >= 4.5 ||
    contrast('#ffffff', background) >= contrast('#111418', background)
    ? '#ffffff'
    : '#111418';
}

/** `color`, moved toward black or white only as far as text in it needs to be read. */
export function readableOn(color: string, background: string): string {
  const target = parse(luminance(background) > 0.18 ? '#000000' : '#ffffff');
  const start = parse(color);
  for (let step = 0; step <= 20; step += 1) {
    const mixed = print(
      start.map((part, index) => part + ((target[index]! - part) * step) / 20) as unknown as Rgb,
    );
    if (contrast(mixed, background) >= 4.5) return mixed;
  }
  return print(target);
}
