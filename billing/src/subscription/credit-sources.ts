/**
 * Which invoices the credit of a cheaper plan gives back: those of the period, as far as they were
 * paid and not given back already.
 */
import type { DatabaseReader, Invoice, Prisma, Subscription } from '@4geeks/prisma';
import { ConflictError } from '../errors.ts';

/** A part of a credit, and the invoice it comes from. */
export interface CreditSource {
  invoiceId: string;
  /** Above zero. */
  amountMinor: bigint;
}

/** What of an invoice a credit is taken from; paid, and nothing of it refunded or disputed. */
type PaidInvoice = Pick<
  Invoice,
  'id' | 'amountPaidMinor' | 'balanceAppliedMinor' | 'balanceCreditedMinor'
>;

/**
 * Takes a credit from invoices, in their order, from each at most what is left of what paid it.
 *
 * @returns null when all of them together do not hold so much.
 */
export function takeCreditFrom(
  invoices: readonly PaidInvoice[],
  amountMinor: bigint,
): CreditSource[] | null {
  const sources: CreditSource[] = [];
  let rest = amountMinor;
  for (const invoice of invoices) {
    if (rest === 0n) break;
    const { id: invoiceId, amountPaidMinor, balanceAppliedMinor, balanceCreditedMinor } = invoice;
    const left = amountPaidMinor + balanceAppliedMinor - balanceCreditedMinor;
    if (left <= 0n) continue;
    const taken = left < rest ? left : rest;
    sources.push({ invoiceId, amountMinor: taken });
    rest -= taken;
  }
  return rest === 0n ? sources : null;
}

/** No money, or not for good: refunded or about to be, disputed and not won. */
const givenBack = {
  OR: [
    { amountRefundedMinor: { gt: 0n } },
    { refunds: { some: { status: { not: 'FAILED' } } } },
    { disputes: { some: { status: { not: 'WON' } } } },
  ],
} satisfies Prisma.PaymentWhereInput;

/**
 * Only what was paid, and not given back, can be credited. The newest invoice gives first: what was
 * charged last is what the cheaper plan takes back.
 *
 * @param amountMinor above zero.
 * @throws ConflictError PERIOD_NOT_PAID
 */
export async function findCreditSources(
  database: DatabaseReader,
  {
    id: subscriptionId,
    merchantId,
    currentPeriodStart,
    currentPeriodEnd,
  }: Pick<Subscription, 'id' | 'merchantId' | 'currentPeriodStart' | 'currentPeriodEnd'>,
  amountMinor: bigint,
): Promise<CreditSource[]> {
  // The period itself, and changes within it: both end with the period.
  const ofThePeriod = { lines: { some: { periodEnd: currentPeriodEnd } } };
  const unpaid = await database.invoice.findFirst({
    where: {
      merchantId,
      subscriptionId,
      OR: [
        { status: 'OPEN' },
        {
          AND: [
            { OR: [{ finalizedAt: { gte: currentPeriodStart } }, ofThePeriod] },
            {
              OR: [
                { status: { in: ['VOID', 'UNCOLLECTIBLE'] } },
                { amountCreditedMinor: { gt: 0n } },
                { payments: { some: givenBack } },
              ],
            },
          ],
        },
      ],
    },
    select: { id: true },
  });
  const paid = await database.invoice.findMany({
    where: { merchantId, subscriptionId, status: 'PAID', ...ofThePeriod },
    orderBy: [{ finalizedAt: 'desc' }, { id: 'desc' }],
  });
  const sources = unpaid ? null : takeCreditFrom(paid, amountMinor);
  if (!sources) {
    throw new ConflictError(
      'PERIOD_NOT_PAID',
      'What would be credited has not been paid, or has been given back.',
    );
  }
  return sources;
}
