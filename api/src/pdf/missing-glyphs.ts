/**
 * jsPDF leaves out characters that the font does not have. On an invoice nothing may vanish unseen: a
 * gap is shown as one. Noto Sans has Latin, Greek and Cyrillic, not Chinese, Japanese, Korean, Arabic
 * or Hebrew.
 */
import type { jsPDF } from 'jspdf';

const mark = '\uFFFD';

/** @returns whether the current font can draw a code point. */
export function glyphsOf(pdf: jsPDF): (codePoint: number) => boolean {
  const { metadata } = pdf.getFont() as unknown as {
    metadata: { cmap: { unicode: { codeMap: Record<number, number> } } };
  };
  const { codeMap } = metadata.cmap.unicode;
  return (codePoint) => (codeMap[codePoint] ?? 0) !== 0;
}

/** The same value with a mark for each run of characters that cannot be drawn, in every string. */
export function showingGaps<Value>(value: Value, canDraw: (codePoint: number) => boolean): Value {
  if (typeof value === 'string') return markGaps(value, canDraw) as Value;
  if (Array.isArray(value)) return value.map((item) => showingGaps(item, canDraw)) as Value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, showingGaps(item, canDraw)]),
  ) as Value;
}

function markGaps(text: string, canDraw: (codePoint: number) => boolean): string {
  let result = '';
  let inGap = false;
  for (const character of text) {
    // Line breaks are not drawn, they break lines.
    const drawn = character === '\n' || canDraw(character.codePointAt(0)!);
    if (drawn) result += character;
    else if (!inGap) result += mark;
    inGap = !drawn;
  }
  return result;
}
