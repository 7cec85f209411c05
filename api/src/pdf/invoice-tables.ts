/** The tables of an invoice: lines, totals, payments. Each starts at `top` and says where it ended. */
import type { jsPDF } from 'jspdf';
import { autoTable, type CellHookData } from 'jspdf-autotable';

import type { InvoiceText } from './invoice-text.ts';
import { ink, line, soft } from './palette.ts';
import { font, inner, makeRoom, page, right, wrap, write } from './pdf-page.ts';

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

const numeric = {
  halign: 'right',
  cellPadding: { top: 7, bottom: 7, left: 16, right: 0 },
} as const;

/** As wide as its widest number, so that the description gets the rest. */
function columnWidth(pdf: jsPDF, cells: string[]): number {
  pdf.setFont(font, 'normal');
  pdf.setFontSize(tableStyle.styles.fontSize);
  const widest = Math.max(...cells.map((cell) => pdf.getTextWidth(cell)));
  return Math.ceil(widest) + numeric.cellPadding.left + 1;
}

function finalY(pdf: jsPDF): number {
  return (pdf as unknown as { lastAutoTable: { finalY: number } }).lastAutoTable.finalY;
}

export function drawLines(pdf: jsPDF, text: InvoiceText, top: number): number {
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
      heads.map((head, index) => [
        index + 1,
        {
          ...numeric,
          cellWidth: columnWidth(pdf, [head, ...text.lines.map(({ cells }) => cells[index]!)]),
        },
      ]),
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
  cellPadding: { top: 4, bottom: 5, left: 16, right: 0 },
} as const;

export function drawTotals(pdf: jsPDF, text: InvoiceText, top: number): number {
  const row = 21;
  const left = page.margin + inner * 0.52;
  const rows = text.totals.map(({ label, value, strong }, index) => {
    const isLast = index === text.totals.length - 1;
    const style = { bold: strong, size: isLast ? 11 : 9.5 };
    // A coupon's or tax's name is as long as the merchant likes.
    const room = right - left - columnWidth(pdf, [value]);
    return { value, strong, style, label: wrap(pdf, label, room, style) };
  });
  const heightOf = ({ label }: (typeof rows)[number]) => row + (label.length - 1) * 13.3;
  let y = makeRoom(
    pdf,
    top,
    rows.reduce((sum, each) => sum + heightOf(each), 0),
  );
  for (const [index, each] of rows.entries()) {
    const { label, value, strong, style } = each;
    if (index > 0 && strong) {
      pdf.setDrawColor(...line);
      pdf.line(left, y, right, y);
    }
    write(pdf, label, left, y + 14.5, strong ? style : { ...style, color: soft });
    write(pdf, value, right, y + 14.5, { ...style, align: 'right' });
    y += heightOf(each);
  }
  return y;
}

export function drawPayments(pdf: jsPDF, text: InvoiceText, top: number): number {
  if (text.payments.length === 0) return top - 22;
  const { messages } = text;
  const y = makeRoom(pdf, top, 70);
  write(pdf, messages.payments, page.margin, y + 10, { size: 11, bold: true });
  autoTable(pdf, {
    ...tableStyle,
    startY: y + 18,
    head: [[messages.date, messages.method, { content: messages.amount, styles: headNumeric }]],
    body: text.payments,
    columnStyles: { 0: { cellWidth: 150 }, 2: numeric },
  });
  return finalY(pdf);
}
