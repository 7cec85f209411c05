/**
 * What a change within a period comes to. The period keeps what it was billed with: what goes is
 * credited at what was really charged, its discounts and its tax; what comes is discounted alike, and
 * taxed by what holds now. Coupons applied since begin with the next period.
 */
import type { Customer, DatabaseReader, InvoiceDiscount, Subscription } from '@4geeks/prisma';
import { takeDiscounts, type DiscountTerms } from '../discount/take-discounts.ts';
import {
  ownRateOf,
  productName,
  type BilledPrice,
  type BilledSubscription,
} from '../invoice/issue-period-invoice.ts';
import {
  pricedLine,
  taxedCustomer,
  type NewInvoiceLine,
  type PricedInvoice,
} from '../invoice/price-invoices.ts';
import { discountLines, taxLine, totalsOf, type ReckonedLine } from '../invoice/reckon-invoice.ts';
import { divideRounded } from '../money/divide-rounded.ts';
import { periodAt } from '../period/period.ts';
import type { TaxProvider, TaxTerms } from '../ports.ts';
import { prorate, remainingOf, type ProratedItem } from './prorate.ts';
import { prorationText } from './proration-text.ts';

type PricedItem = ProratedItem & { price: BilledPrice };
type Half = NewInvoiceLine & { ownRate: TaxTerms | null; priceId: string };
type DiscountOfPeriod = DiscountTerms & Pick<InvoiceDiscount, 'discountId' | 'name'>;

/** @returns credits first, then charges; the total is negative where more is given back. */
export async function priceChange(
  database: DatabaseReader,
  tax: TaxProvider,
  subscription: Subscription & BilledSubscription & { customer: Customer },
  after: readonly { price: BilledPrice; quantity: number }[],
  now: Date,
): Promise<PricedInvoice> {
  const {
    merchantId,
    currency,
    customer,
    currentPeriodStart: start,
    currentPeriodEnd: end,
  } = subscription;
  const goes = subscription.items.map(itemOf);
  // Amounts are for whole periods, of which the first may have begun late.
  const { timeZone } = subscription.merchant;
  const whole = periodAt({ ...subscription, timeZone }, subscription.periodIndex);
  const { lines } = prorate(goes, after.map(itemOf), { start: whole.start, end }, now);
  const halfOf = (kind: 'unused' | 'remaining'): Half[] =>
    lines
      .filter(({ item }) => goes.includes(item) === (kind === 'unused'))
      .map(({ item: { price, ...item }, amountMinor }) => ({
        ...item,
        description: prorationText(kind, productName(price, customer), customer.locale),
        // Both halves are reckoned alike, as charges; the credits change sign at the end.
        amountMinor: amountMinor < 0n ? -amountMinor : amountMinor,
        periodStart: now,
        periodEnd: end,
        proration: true,
        ownRate: ownRateOf(price, subscription.merchant),
      }));
  const unused = halfOf('unused');
  const remaining = halfOf('remaining');

  const discounts = discountsOfChange(
    await discountsOfPeriod(database, subscription),
    goes,
    new Set(unused.map(({ priceId }) => priceId)),
    remainingOf({ start, end }, now),
  );
  const credited = discountLines(unused, discounts);
  const charged = discountLines(remaining, discounts);

  const billed = await taxTermsOfPeriod(database, subscription);
  const unknown = credited.lines.filter(({ priceId }) => !billed.has(priceId));
  const asked = [...unknown, ...charged.lines];
  const [taxes] = await tax.taxOf([
    {
      merchantId,
      currency,
      at: now,
      customer: taxedCustomer(customer),
      lines: asked.map(({ amountMinor, discountMinor, ...line }) => ({
        ...line,
        amountMinor: amountMinor - discountMinor,
      })),
    },
  ]);
  const taxOfLine = (line: (typeof asked)[number]) => {
    const index = asked.indexOf(line);
    return index === -1 ? taxLine(line, billed.get(line.priceId) ?? null) : taxes![index]!;
  };
  const reckoned = [
    ...credited.lines.map((line) => negated({ ...line, tax: taxOfLine(line) })),
    ...charged.lines.map((line) => ({ ...line, tax: taxOfLine(line) })),
  ];
  return {
    ...totalsOf(reckoned),
    lines: reckoned.map(({ ownRate: _asked, ...line }) => pricedLine(line)),
    discounts: discounts
      .map(({ discountId, name, percentOffBps }, index) => ({
        discountId,
        name,
        percentOffBps,
        amountMinor: charged.discounts[index]!.amountMinor - credited.discounts[index]!.amountMinor,
        once: false,
      }))
      .filter(({ amountMinor }) => amountMinor !== 0n),
  };
}

const itemOf = ({ price, quantity }: { price: BilledPrice; quantity: number }): PricedItem => ({
  priceId: price.id,
  unitAmountMinor: price.unitAmountMinor,
  quantity,
  price,
});

function negated<Line extends ReckonedLine>(line: Line): Line {
  const { amountMinor, discountMinor, tax } = line;
  return {
    ...line,
    amountMinor: -amountMinor,
    discountMinor: -discountMinor,
    tax: tax && { ...tax, taxMinor: -tax.taxMinor },
  };
}

/** What the invoice of the current period was reduced by, in that order. */
async function discountsOfPeriod(
  database: DatabaseReader,
  { id: subscriptionId, merchantId, currentPeriodStart: periodStart }: Subscription,
): Promise<DiscountOfPeriod[]> {
  const taken = await database.invoiceDiscount.findMany({
    where: { merchantId, invoice: { subscriptionId, periodStart } },
    orderBy: { position: 'asc' },
  });
  return taken.map(({ discountId, name, percentOffBps, amountMinor }) => ({
    discountId,
    name,
    percentOffBps,
    amountOffMinor: percentOffBps === null ? amountMinor : null,
  }));
}

/**
 * A percent is the same for any part of a period. Of an amount, what comes takes over what goes had
 * of it, for the time that is left.
 */
function discountsOfChange(
  discounts: readonly DiscountOfPeriod[],
  before: readonly ProratedItem[],
  goes: ReadonlySet<string>,
  { remainingSeconds, totalSeconds }: ReturnType<typeof remainingOf>,
): DiscountOfPeriod[] {
  const { byDiscount } = takeDiscounts(
    before.map(({ unitAmountMinor, quantity }) => unitAmountMinor * BigInt(quantity)),
    discounts,
  );
  return discounts.map((discount, index) => {
    if (discount.percentOffBps !== null) return discount;
    const ofThoseThatGo = byDiscount[index]!.reduce(
      (sum, part, item) => (goes.has(before[item]!.priceId) ? sum + part : sum),
      0n,
    );
    const amountOffMinor = divideRounded(ofThoseThatGo * remainingSeconds, totalSeconds, 'half-up');
    return { ...discount, amountOffMinor };
  });
}

/**
 * What each price of the current period was taxed by when it was last billed; null: not taxed. One
 * that came with a change that was credited has no line, and is not among them.
 */
async function taxTermsOfPeriod(
  database: DatabaseReader,
  { id: subscriptionId, merchantId, currentPeriodEnd: periodEnd }: Subscription,
): Promise<Map<string, TaxTerms | null>> {
  const lines = await database.invoiceLine.findMany({
    where: {
      merchantId,
      periodEnd,
      amountMinor: { gt: 0n },
      invoice: { subscriptionId, status: { not: 'DRAFT' } },
    },
    // The newest stays in the map.
    orderBy: [{ invoice: { finalizedAt: 'asc' } }, { id: 'asc' }],
  });
  return new Map(
    lines.flatMap(({ priceId, taxRateId, taxName, taxRatePpm, taxInclusive }) =>
      priceId === null
        ? []
        : [
            [
              priceId,
              taxName === null || taxRatePpm === null
                ? null
                : { taxRateId, name: taxName, ratePpm: taxRatePpm, inclusive: taxInclusive },
            ],
          ],
    ),
  );
}
