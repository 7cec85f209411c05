/** Puts an invoice on A4 pages. Runs in the PDF worker; needs tens of milliseconds a page. */
import type { jsPDF } from 'jspdf';

import type { InvoiceDocument } from './invoice-document.ts';
import { drawLines, drawPayments, drawTotals } from './invoice-tables.ts';
import { invoiceText, type InvoiceText } from './invoice-text.ts';
import { fill } from './messages.ts';
import { glyphsOf, showingGaps } from './missing-glyphs.ts';
import { line, readableOnWhite, soft, statusColors, type Rgb } from './palette.ts';
import {
  font,
  inner,
  makeRoom,
  openPdf,
  page,
  right,
  widthOf,
  wrap,
  write,
  type TextStyle,
} from './pdf-page.ts';

/** @returns the bytes of the PDF. */
export function drawInvoice(given: InvoiceDocument): Uint8Array {
  const pdf = openPdf();
  const canDraw = glyphsOf(pdf);
  const document = showingGaps(given, canDraw);
  const text = showingGaps(invoiceText(document), canDraw);
  describe(pdf, given, text);
  const brand = readableOnWhite(document.issuer.primaryColor);

  pdf.setFillColor(document.issuer.primaryColor);
  pdf.rect(0, 0, page.width, 6, 'F');
  drawLetterhead(pdf, document, text, brand);
  let y = drawParties(pdf, text, 122);
  y = drawHeadline(pdf, text, y + 22);
  y = drawLines(pdf, text, y + 16);
  y = drawTotals(pdf, text, y + 10);
  y = drawPayments(pdf, text, y + 22);
  for (const note of text.notes) y = drawWords(pdf, note, y + 22);
  if (document.memo) y = drawWords(pdf, document.memo, y + 22);
  if (document.footer) drawWords(pdf, document.footer, y + 22, { size: 8.5, color: soft });
  drawFooters(pdf, document, text);
  return new Uint8Array(pdf.output('arraybuffer'));
}

/** For those who hear the document instead of seeing it, and for lists of files. */
function describe(pdf: jsPDF, document: InvoiceDocument, text: InvoiceText): void {
  pdf.setProperties({
    title: `${text.title} ${document.number}`,
    author: document.issuer.name,
    subject: text.headline,
    creator: document.issuer.name,
  });
  pdf.setLanguage(document.locale);
  pdf.viewerPreferences({ DisplayDocTitle: true });
  pdf.setCreationDate(new Date(document.issuedAt));
}

function drawLetterhead(
  pdf: jsPDF,
  document: InvoiceDocument,
  text: InvoiceText,
  brand: Rgb,
): void {
  const top = 44;
  const { logo, name } = document.issuer;
  if (logo) {
    const { width, height } = pdf.getImageProperties(logo);
    const scale = Math.min(160 / width, 40 / height);
    pdf.addImage(logo, 'PNG', page.margin, top, width * scale, height * scale, 'logo', 'FAST');
  } else {
    write(pdf, wrap(pdf, name, 260, { size: 16, bold: true }).slice(0, 2), page.margin, top + 16, {
      size: 16,
      bold: true,
      color: brand,
    });
  }
  write(pdf, text.title, right, top + 18, { size: 22, bold: true, align: 'right' });
  drawStamp(pdf, text.status, statusColors[document.status], top + 30);
}

/** A pill under the title, at the right edge. */
function drawStamp(
  pdf: jsPDF,
  label: string,
  { ground, on }: { ground: Rgb; on: Rgb },
  top: number,
): void {
  pdf.setFont(font, 'bold');
  pdf.setFontSize(8.5);
  const width = pdf.getTextWidth(label) + 18;
  pdf.setFillColor(...ground);
  pdf.roundedRect(right - width, top, width, 17, 8.5, 8.5, 'F');
  write(pdf, label, right - width + 9, top + 11.5, { size: 8.5, bold: true, color: on });
}

const partiesGap = 20;
const small = { size: 8.5, color: soft };

function drawParties(pdf: jsPDF, text: InvoiceText, top: number): number {
  const parties: [string, string[]][] = [
    [text.messages.from, text.issuer],
    [text.messages.billTo, text.customer],
  ];
  const widths = columnWidths(pdf, [
    ...parties.map(([label, lines]) => [
      { content: label, style: small },
      ...lines.map((content, row) => ({ content, style: { bold: row === 0 } })),
    ]),
    text.facts.flatMap(([label, value]) => [
      { content: label, style: small },
      { content: value, style: { bold: true } },
    ]),
  ]);
  let x = page.margin;
  let bottom = top;
  for (const [index, [label, lines]] of parties.entries()) {
    write(pdf, label, x, top, small);
    let y = top + 15;
    for (const [row, content] of lines.entries()) {
      const style = { bold: row === 0 };
      const wrapped = wrap(pdf, content, widths[index]!, style);
      write(pdf, wrapped, x, y, style);
      y += wrapped.length * 13.3;
    }
    bottom = Math.max(bottom, y);
    x += widths[index]! + partiesGap;
  }
  let y = top;
  for (const [label, value] of text.facts) {
    write(pdf, label, x, y, small);
    const wrapped = wrap(pdf, value, widths.at(-1)!, { bold: true });
    write(pdf, wrapped, x, y + 14, { bold: true });
    y += 20 + wrapped.length * 13.3;
  }
  return Math.max(bottom, y) - 8;
}

/** Equal, unless a word (an e-mail address) needs more: it gets room that the others do not need. */
function columnWidths(pdf: jsPDF, columns: { content: string; style: TextStyle }[][]): number[] {
  const equal = (inner - partiesGap * (columns.length - 1)) / columns.length;
  const widest = (lines: (typeof columns)[number], split: (content: string) => string[]) =>
    Math.max(
      0,
      ...lines.flatMap(({ content, style }) =>
        split(content).map((piece) => widthOf(pdf, piece, style)),
      ),
    );
  const wants = columns.map((lines) =>
    Math.max(0, widest(lines, (content) => content.split(/\s+/)) - equal),
  );
  const spares = columns.map((lines) => Math.max(0, equal - widest(lines, (content) => [content])));
  const wanted = wants.reduce((sum, each) => sum + each, 0);
  const spare = spares.reduce((sum, each) => sum + each, 0);
  const moved = Math.min(wanted, spare);
  if (moved === 0) return columns.map(() => equal);
  return columns.map(
    (_, index) => equal + moved * (wants[index]! / wanted - spares[index]! / spare),
  );
}

function drawHeadline(pdf: jsPDF, text: InvoiceText, top: number): number {
  const style = { size: 15, bold: true };
  const wrapped = wrap(pdf, text.headline, inner, style);
  write(pdf, wrapped, page.margin, top + 12, style);
  return top + wrapped.length * 21;
}

function drawWords(pdf: jsPDF, words: string, top: number, style: TextStyle = {}): number {
  const lines = words.split('\n').flatMap((paragraph) => wrap(pdf, paragraph, inner, style));
  let y = top;
  for (const content of lines) {
    y = makeRoom(pdf, y, 14);
    write(pdf, content, page.margin, y + 10, style);
    y += 14;
  }
  return y;
}

/** Last, when the number of pages is known. */
function drawFooters(pdf: jsPDF, document: InvoiceDocument, text: InvoiceText): void {
  const pages = pdf.getNumberOfPages();
  const style = { size: 8, color: soft };
  for (let number = 1; number <= pages; number++) {
    pdf.setPage(number);
    if (number > 1) {
      write(pdf, document.issuer.name, page.margin, 40, style);
      write(pdf, `${text.title} ${document.number}`, right, 40, { ...style, align: 'right' });
    }
    const y = page.height - 30;
    pdf.setDrawColor(...line);
    pdf.line(page.margin, y - 14, right, y - 14);
    write(pdf, text.questions, page.margin, y, style);
    write(pdf, fill(text.messages.page, { page: number, pages }), right, y, {
      ...style,
      align: 'right',
    });
  }
}
