/** Puts an invoice on A4 pages. Runs in the PDF worker; needs tens of milliseconds a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { jsPDF } from 'jspdf';
import { autoTable, type CellHookData } from 'jspdf-autotable';

import type { InvoiceDocument } from './invoice-document.ts';
import { invoiceText, type InvoiceText } from './invoice-text.ts';
import { fill } from './messages.ts';
import { ink, line, readableOnWhite, soft, statusColors, type Rgb } from './palette.ts';

/** Points. */
const page = { width: 595.28, height: 841.89, margin: 48, bottom: 64 };
const right = page.width - page.margin;
const inner = right - page.margin;
const font = 'Noto Sans';

const require = createRequire(import.meta.url);
const readFont = (path: string) =>
  readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${path}`)).toString('base64');
let fonts: { normal: string; bold: string } | undefined;

/** @returns the bytes of the PDF. */
export function drawInvoice(document: InvoiceDocument): Uint8Array {
  const text = invoiceText(document);
  const pdf = openPdf(document, text);
  const brand = readableOnWhite(document.issuer.primaryColor);

  pdf.setFillColor(document.issuer.primaryColor);
  pdf.rect(0, 0, page.width, 6, 'F');
  drawLetterhead(pdf, document, text, brand);
  let y = drawParties(pdf, text, 122);
  y = drawHeadline(pdf, text, y + 22);
  y = drawLines(pdf, text, y + 16);
  y = drawTotals(pdf, text, y + 10);
  y = drawPayments(pdf, text, y + 22);
  if (document.memo) drawMemo(pdf, document.memo, y + 22);
  drawFooters(pdf, document, text);
  return new Uint8Array(pdf.output('arraybuffer'));
}

function openPdf(document: InvoiceDocument, text: InvoiceText): jsPDF {
  fonts ??= {
    normal: readFont('400Regular/NotoSans_400Regular.ttf'),
    bold: readFont('600SemiBold/NotoSans_600SemiBold.ttf'),
  };
  const pdf = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  for (const style of ['normal', 'bold'] as const) {
    pdf.addFileToVFS(`${style}.ttf`, fonts[style]);
    pdf.addFont(`${style}.ttf`, font, style, undefined, 'Identity-H');
  }
  pdf.setProperties({
    title: `${text.title} ${document.number}`,
    author: document.issuer.name,
    subject: text.headline,
    creator: document.issuer.name,
  });
  pdf.setLanguage(document.locale);
  pdf.viewerPreferences({ DisplayDocTitle: true });
  pdf.setCreationDate(new Date(document.issuedAt));
  pdf.setLineWidth(0.75);
  return pdf;
}

interface TextStyle {
  size?: number;
  bold?: boolean;
  color?: Rgb;
  align?: 'left' | 'right';
}

function write(
  pdf: jsPDF,
  text: string | string[],
  x: number,
  y: number,
  style: TextStyle = {},
): void {
  pdf.setFont(font, style.bold ? 'bold' : 'normal');
  pdf.setFontSize(style.size ?? 9.5);
  pdf.setTextColor(...(style.color ?? ink));
  pdf.text(text, x, y, { align: style.align ?? 'left', lineHeightFactor: 1.4 });
}

/** Breaks to a width in the given style. */
function wrap(pdf: jsPDF, text: string, width: number, style: TextStyle = {}): string[] {
  pdf.setFont(font, style.bold ? 'bold' : 'normal');
  pdf.setFontSize(style.size ?? 9.5);
  return pdf.splitTextToSize(text, width) as string[];
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

function drawParties(pdf: jsPDF, text: InvoiceText, top: number): number {
  const gap = 20;
  const column = (inner - 2 * gap) / 3;
  const columns: [string, string[]][] = [
    [text.messages.from, text.issuer],
    [text.messages.billTo, text.customer],
  ];
  let bottom = top;
  for (const [index, [label, lines]] of columns.entries()) {
    const x = page.margin + index * (column + gap);
    write(pdf, label, x, top, { size: 8.5, color: soft });
    let y = top + 15;
    for (const [row, content] of lines.entries()) {
      const style = { bold: row === 0 };
      const wrapped = wrap(pdf, content, column, style);
      write(pdf, wrapped, x, y, style);
      y += wrapped.length * 13.3;
    }
    bottom = Math.max(bottom, y);
  }
  const x = page.margin + 2 * (column + gap);
  let y = top;
  for (const [label, value] of text.facts) {
    write(pdf, label, x, y, { size: 8.5, color: soft });
    const wrapped = wrap(pdf, value, column, { bold: true });
    write(pdf, wrapped, x, y + 14, { bold: true });
    y += 20 + wrapped.length * 13.3;
  }
  return Math.max(bottom, y) - 8;
}

function drawHeadline(pdf: jsPDF, text: InvoiceText, top: number): number {
  const style = { size: 15, bold: true };
  const wrapped = wrap(pdf, text.headline, inner, style);
  write(pdf, wrapped, page.margin, top + 12, style);
  return top + wrapped.length * 21;
}

/** Shared by the tables: hairlines, no boxes, quiet heads. */
const tableStyle = {
  theme: 'plain',
  margin: { left: page.margin, right: page.margin, top: 64, bottom: page.bottom },
  rowPageBreak: 'avoid',
  styles: {
    font,
    fontSize: 9.5,
    textColor: ink,
    cellPadding: { top: 7, bottom: 7, left: 0, right: 10 },
    lineColor: line,
    valign: 'top',
  },
  headStyles: {
    fontStyle: 'normal',
    fontSize: 8.5,
    textColor: soft,
    lineWidth: { bottom: 0.75 },
    cellPadding: { top: 4, bottom: 5, left: 0, right: 10 },
  },
  bodyStyles: { lineWidth: { bottom: 0.5 } },
} as const;

const numeric = { halign: 'right', cellPadding: { top: 7, bottom: 7, left: 8, right: 0 } } as const;

function finalY(pdf: jsPDF): number {
  return (pdf as unknown as { lastAutoTable: { finalY: number } }).lastAutoTable.finalY;
}

function drawLines(pdf: jsPDF, text: InvoiceText, top: number): number {
  const { messages } = text;
  const heads = [
    messages.quantity,
    messages.unitPrice,
    ...(text.showsTax ? [messages.taxRate] : []),
    messages.amount,
  ];
  const periodSize = 8.5;
  autoTable(pdf, {
    ...tableStyle,
    startY: top,
    head: [[messages.description, ...heads.map((content) => ({ content, styles: headNumeric }))]],
    body: text.lines.map(({ description, cells }) => [description, ...cells]),
    columnStyles: Object.fromEntries(
      heads.map((_, index) => [index + 1, { ...numeric, minCellWidth: 44 }]),
    ),
    didParseCell: ({ cell, column, row, section }: CellHookData) => {
      // Room for the period below the description.
      if (section === 'body' && column.index === 0 && text.lines[row.index]?.period) {
        cell.styles.cellPadding = { top: 7, bottom: 7 + periodSize * 1.5, left: 0, right: 10 };
      }
    },
    didDrawCell: ({ cell, column, row, section }: CellHookData) => {
      const period = text.lines[row.index]?.period;
      if (section === 'body' && column.index === 0 && period) {
        write(pdf, period, cell.x, cell.y + cell.height - 8.5, { size: periodSize, color: soft });
      }
    },
  });
  return finalY(pdf);
}

const headNumeric = {
  halign: 'right',
  cellPadding: { top: 4, bottom: 5, left: 8, right: 0 },
} as const;

/** Goes on to the next page when `height` does not fit below `y`. */
function makeRoom(pdf: jsPDF, y: number, height: number): number {
  if (y + height <= page.height - page.bottom) return y;
  pdf.addPage();
  return 64;
}

function drawTotals(pdf: jsPDF, text: InvoiceText, top: number): number {
  const row = 21;
  const left = page.margin + inner * 0.52;
  let y = makeRoom(pdf, top, text.totals.length * row);
  for (const [index, { label, value, strong }] of text.totals.entries()) {
    if (index > 0 && strong) {
      pdf.setDrawColor(...line);
      pdf.line(left, y, right, y);
    }
    const isLast = index === text.totals.length - 1;
    const style = { bold: strong, size: isLast ? 11 : 9.5 };
    write(pdf, label, left, y + 14.5, strong ? style : { ...style, color: soft });
    write(pdf, value, right, y + 14.5, { ...style, align: 'right' });
    y += row;
  }
  return y;
}

function drawPayments(pdf: jsPDF, text: InvoiceText, top: number): number {
  if (text.payments.length === 0) return top - 22;
  const { messages } = text;
  const y = makeRoom(pdf, top, 70);
  write(pdf, messages.payments, page.margin, y + 10, { size: 11, bold: true });
  autoTable(pdf, {
    ...tableStyle,
    startY: y + 18,
    head: [[messages.date, messages.method, { content: messages.amount, styles: headNumeric }]],
    body: text.payments,
    columnStyles: { 2: numeric },
  });
  return finalY(pdf);
}

function drawMemo(pdf: jsPDF, memo: string, top: number): void {
  const lines = memo.split('\n').flatMap((paragraph) => wrap(pdf, paragraph, inner));
  let y = top;
  for (const content of lines) {
    y = makeRoom(pdf, y, 14);
    write(pdf, content, page.margin, y + 10);
    y += 14;
  }
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
