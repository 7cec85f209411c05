/** Colours on paper. */
import type { InvoiceDocument } from './invoice-document.ts';

export type Rgb = [red: number, green: number, blue: number];

export const ink: Rgb = [22, 24, 29];
export const soft: Rgb = [92, 99, 112];
export const line: Rgb = [223, 226, 232];

export const statusColors: Record<InvoiceDocument['status'], { ground: Rgb; on: Rgb }> = {
  paid: { ground: [222, 243, 230], on: [17, 94, 51] },
  past_due: { ground: [253, 228, 226], on: [158, 28, 22] },
  open: { ground: [228, 236, 251], on: [25, 70, 158] },
  void: { ground: [234, 236, 240], on: [71, 78, 90] },
  uncollectible: { ground: [234, 236, 240], on: [71, 78, 90] },
};

/** @returns the colour when words in it can be read on white (3 : 1, for large ones), else ink. */
export function readableOnWhite(hex: string): Rgb {
  const color = parse(hex);
  return color && 1.05 / (luminance(color) + 0.05) >= 3 ? color : ink;
}

function parse(hex: string): Rgb | null {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return null;
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
