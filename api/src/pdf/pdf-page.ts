/** The paper: its measures, its fonts, and how words get onto it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { jsPDF } from 'jspdf';

import { ink, type Rgb } from './palette.ts';

/** Points. */
export const page = { width: 595.28, height: 841.89, margin: 48, bottom: 64 };
export const right = page.width - page.margin;
export const inner = right - page.margin;
export const font = 'Noto Sans';

const require = createRequire(import.meta.url);
const readFont = (path: string) =>
  readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${path}`)).toString('base64');
let fonts: { normal: string; bold: string } | undefined;

/** An empty document with our fonts. */
export function openPdf(): jsPDF {
  fonts ??= {
    normal: readFont('400Regular/NotoSans_400Regular.ttf'),
    bold: readFont('600SemiBold/NotoSans_600SemiBold.ttf'),
  };
  const pdf = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  for (const style of ['normal', 'bold'] as const) {
    pdf.addFileToVFS(`${style}.ttf`, fonts[style]);
    pdf.addFont(`${style}.ttf`, font, style, undefined, 'Identity-H');
  }
  pdf.setFont(font, 'normal');
  pdf.setLineWidth(0.75);
  return pdf;
}

export interface TextStyle {
  size?: number;
  bold?: boolean;
  color?: Rgb;
  align?: 'left' | 'right';
}

function setFont(pdf: jsPDF, { bold, size }: TextStyle): void {
  pdf.setFont(font, bold ? 'bold' : 'normal');
  pdf.setFontSize(size ?? 9.5);
}

export function write(
  pdf: jsPDF,
  text: string | string[],
  x: number,
  y: number,
  style: TextStyle = {},
): void {
  setFont(pdf, style);
  pdf.setTextColor(...(style.color ?? ink));
  pdf.text(text, x, y, { align: style.align ?? 'left', lineHeightFactor: 1.4 });
}

/** Room that `text` needs to stand in one line. */
export function widthOf(pdf: jsPDF, text: string, style: TextStyle = {}): number {
  setFont(pdf, style);
  // jsPDF rounds otherwise where it breaks lines.
  return Math.ceil(pdf.getTextWidth(text)) + 1;
}

/** Breaks to a width in the given style: at spaces, and long words after an @ or a dot if they have one. */
export function wrap(pdf: jsPDF, text: string, width: number, style: TextStyle = {}): string[] {
  const breakable = text.replace(/\S+/g, (word) => {
    if (widthOf(pdf, word, style) <= width) return word;
    let last = '';
    let lines = '';
    for (const part of word.split(/(?<=[@.])/)) {
      const fits = widthOf(pdf, last + part, style) <= width;
      if (last !== '' && !fits) lines += `${last}\n`;
      last = last === '' || fits ? last + part : part;
    }
    return lines + last;
  });
  setFont(pdf, style);
  return pdf.splitTextToSize(breakable, width) as string[];
}

/** Goes on to the next page when `height` does not fit below `y`. */
export function makeRoom(pdf: jsPDF, y: number, height: number): number {
  if (y + height <= page.height - page.bottom) return y;
  pdf.addPage();
  return 64;
}
