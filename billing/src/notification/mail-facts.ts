/** What a mail about an invoice is made of, as rows. */
import type { DatabaseReader, Prisma } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import { nextRetryAt } from '../invoice/dunning-end.ts';

const invoiceFacts = {
  customer: {
    include: { paymentMethods: { where: { isDefault: true, removedAt: null }, take: 1 } },
  },
  merchant: { include: { portalSettings: true } },
  dunningCase: { select: { lostAt: true } },
  lines: {
    orderBy: { position: 'asc' },
    include: { price: { include: { product: { include: { translations: true } } } } },
  },
} satisfies Prisma.InvoiceInclude;

type InvoiceRow = Prisma.InvoiceGetPayload<{ include: typeof invoiceFacts }>;
type PaymentRow = Prisma.PaymentGetPayload<{ include: { paymentMethod: true } }>;
type MethodFacts = Pick<PaymentRow['paymentMethod'], 'brand' | 'last4'>;

export type MerchantFacts = InvoiceRow['merchant'];

export interface MailFacts {
  merchant: MerchantFacts;
  customerName: string;
  invoice: Pick<
    InvoiceRow,
    | 'id'
    | 'number'
    | 'currency'
    | 'totalMinor'
    | 'amountPaidMinor'
    | 'amountCreditedMinor'
    | 'balanceAppliedMinor'
    | 'dueAt'
    | 'paidAt'
    | 'periodStart'
    | 'periodEnd'
    | 'nextAttemptAt'
    | 'subscriptionId'
  >;
  lines: { description: string; names: Readonly<Partial<Record<string, string>>> }[];
  payment: Pick<PaymentRow, 'amountMinor' | 'declineCode' | 'settledAt' | 'createdAt'> | null;
  /** The payment's method; without a payment, the default one as it is now. */
  method: MethodFacts | null;
}

/** @throws NotFoundError when the merchant has no such invoice or payment. */
export async function loadMailFacts(
  database: DatabaseReader,
  { merchantId, ...ids }: { merchantId: string; invoiceId: string; paymentId: string | null },
): Promise<MailFacts> {
  const invoice = await database.invoice.findUnique({
    where: { merchantId_id: { merchantId, id: ids.invoiceId } },
    include: invoiceFacts,
  });
  if (!invoice) throw new NotFoundError('Invoice');
  const payment =
    ids.paymentId === null
      ? null
      : await database.payment.findUnique({
          where: { merchantId_id: { merchantId, id: ids.paymentId } },
          include: { paymentMethod: true },
        });
  if (ids.paymentId !== null && !payment) throw new NotFoundError('Payment');
  return {
    merchant: invoice.merchant,
    customerName: invoice.customer.name,
    // A final action that is ahead is no attempt to announce.
    invoice: { ...invoice, nextAttemptAt: nextRetryAt(invoice, invoice.dunningCase) },
    lines: invoice.lines.map(({ description, price }) => ({
      description,
      names: Object.fromEntries(
        (price?.product.translations ?? []).map(({ locale, name }) => [locale, name]),
      ),
    })),
    payment,
    method: payment?.paymentMethod ?? invoice.customer.paymentMethods[0] ?? null,
  };
}
