/**
 * `/invoices/<id>/pdf[?portal=<slug>]`: an invoice as a document, for staff, API keys, and customers
 * whose merchant lets them download. An invoice one may not see is the same as one that is not there.
 */
import { missingPermission } from '@4geeks/billing/access/rule';
import { invoiceDocumentsVisibleTo } from '@4geeks/billing/invoice/access';
import type { Locale } from '@4geeks/prisma';
import { PdfBusyError, type PdfRenderer } from '../pdf/pdf-renderer.ts';
import { localeOf, type HttpPort } from './context.ts';
import { loadInvoiceDocument } from './invoice-document.ts';
import { credentialsOf, resolveViewer } from './viewer.ts';

const path = /^\/invoices\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/pdf$/i;

/** The same as `Invoice.pdfUrl` in the schema. */
const mayDownload = {
  staff: 'invoices:read',
  apiKey: 'invoices:read',
  portal: 'DOWNLOAD_INVOICES',
} as const;

export async function serveInvoicePdf(
  { pdf, ...port }: HttpPort & { pdf: PdfRenderer },
  request: Request,
  url: URL,
): Promise<Response> {
  const { headers, method } = request;
  const locale = localeOf(headers.get('accept-language'));
  const invoiceId = path.exec(url.pathname)?.[1];
  if (!invoiceId) return refuse(404, 'notFound', locale);
  if (method !== 'GET' && method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  }

  const portal = url.searchParams.get('portal');
  const credentials = credentialsOf(headers, portal ? { portal } : {});
  const viewer = await resolveViewer(port, credentials);
  if (viewer.kind === 'anonymous') {
    if (credentials.apiKey !== null) return refuse(401, 'signIn', locale);
    const signIn = portal ? `/p/${encodeURIComponent(portal)}/sign-in` : '/console/sign-in';
    return new Response(null, { status: 303, headers: { location: signIn, ...uncached } });
  }
  if (missingPermission(viewer, mayDownload) !== null) return refuse(403, 'forbidden', locale);

  const { database, blobs } = port.billing;
  const visible = { AND: [{ id: invoiceId }, invoiceDocumentsVisibleTo(viewer)] };
  const document = await loadInvoiceDocument({ database, blobs }, visible);
  if (!document) return refuse(404, 'notFound', locale);

  try {
    const bytes = await pdf.renderInvoice(document);
    return new Response(method === 'HEAD' ? null : new Uint8Array(bytes), {
      headers: {
        'content-type': 'application/pdf',
        'content-length': String(bytes.byteLength),
        'content-disposition': `attachment; filename="${fileName(document.number)}"`,
        ...uncached,
      },
    });
  } catch (error) {
    if (!(error instanceof PdfBusyError)) throw error;
    const busy = refuse(503, 'busy', locale);
    busy.headers.set('retry-after', '2');
    return busy;
  }
}

const uncached = { 'cache-control': 'private, no-store', vary: 'cookie, authorization' };

/** Numbers carry the merchant's prefix, which is free text. */
function fileName(number: string): string {
  return `${number.replace(/[^\w.-]+/g, '-')}.pdf`;
}

type Reason = 'notFound' | 'forbidden' | 'signIn' | 'busy';

const sentences: Record<Locale, Record<Reason, string>> = {
  en: {
    notFound: 'There is no such invoice.',
    forbidden: 'Downloading invoices is not available here.',
    signIn: 'Sign in to download this invoice.',
    busy: 'Many documents are being made right now. Please try again in a moment.',
  },
  es: {
    notFound: 'Esta factura no existe.',
    forbidden: 'La descarga de facturas no está disponible aquí.',
    signIn: 'Inicie sesión para descargar esta factura.',
    busy: 'Se están creando muchos documentos. Inténtelo de nuevo en un momento.',
  },
  de: {
    notFound: 'Diese Rechnung gibt es nicht.',
    forbidden: 'Das Herunterladen von Rechnungen ist hier nicht verfügbar.',
    signIn: 'Melden Sie sich an, um diese Rechnung herunterzuladen.',
    busy: 'Gerade werden viele Dokumente erstellt. Bitte versuchen Sie es gleich noch einmal.',
  },
  pt: {
    notFound: 'Esta fatura não existe.',
    forbidden: 'O download de faturas não está disponível aqui.',
    signIn: 'Entre para baixar esta fatura.',
    busy: 'Muitos documentos estão sendo criados. Tente novamente em instantes.',
  },
  it: {
    notFound: 'Questa fattura non esiste.',
    forbidden: 'Qui non è possibile scaricare le fatture.',
    signIn: 'Acceda per scaricare questa fattura.',
    busy: 'Si stanno creando molti documenti. Riprovi tra un momento.',
  },
};

function refuse(status: number, reason: Reason, locale: Locale): Response {
  return new Response(`${sentences[locale][reason]}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-language': locale,
      ...uncached,
    },
  });
}
