import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { billedTo } from './billed-to.ts';
import { printedText } from './printed-text.ts';

export interface CreateInvoiceInput {
  customerId: string;
  /** ISO 4217, upper case. Absent: the merchant's. */
  currency?: string | null;
  /** Printed on the document; at most 1000 characters are kept. */
  memo?: string | null;
  /** The same, at the end of it. */
  footer?: string | null;
}

/**
 * Begins a one-off invoice: a draft without lines. Nobody owes anything until it is finalized.
 *
 * @throws NotFoundError customer
 * @throws InvalidInputError currency
 */
export async function createInvoice(
  billing: Billing,
  actor: Actor,
  { customerId, currency, memo, footer }: CreateInvoiceInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  if (currency != null && !/^[A-Z]{3}$/.test(currency)) {
    throw new InvalidInputError('currency', 'not_a_currency', 'A currency is three letters.');
  }

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const customer = await database.customer.findUnique({
      where: { merchantId_id: { merchantId, id: customerId } },
      include: { merchant: { select: { currency: true } } },
    });
    if (!customer) throw new NotFoundError('customer');
    const invoice = await database.invoice.create({
      data: {
        merchantId,
        customerId,
        currency: currency ?? customer.merchant.currency,
        subtotalMinor: 0n,
        totalMinor: 0n,
        ...billedTo(customer),
        memo: printedText(memo),
        footer: printedText(footer),
        createdAt: now,
      },
    });
    await record({
      merchantId,
      customerId,
      type: 'invoice.created',
      objectType: 'invoice',
      objectId: invoice.id,
      data: { currency: invoice.currency },
    });
    return invoice;
  });
}
