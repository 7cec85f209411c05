/**
 * What a change within a period costs: a credit for the unused time of what goes, a charge for the
 * remaining time of what comes. Pure, and exact: the share of the period is a fraction of whole
 * seconds, each side is rounded once (half-up), and its lines add up to it.
 */
import { allocate } from '../money/allocate.ts';
import { divideRounded } from '../money/divide-rounded.ts';

/** A price and how many of it, as billed for a whole period. */
export interface ProratedItem {
  priceId: string;
  quantity: number;
  unitAmountMinor: bigint;
}

export interface ProrationLine<Item extends ProratedItem = ProratedItem> {
  item: Item;
  /** Negative: a credit for what goes. Positive or zero: the charge for what comes. */
  amountMinor: bigint;
}

export interface Proration<Item extends ProratedItem = ProratedItem> {
  /** Credits first, in the order of the items; what stays as it is has no line. */
  lines: ProrationLine<Item>[];
  /** What is given back; not negative. */
  creditMinor: bigint;
  /** What is charged; not negative. */
  debitMinor: bigint;
  /** `debitMinor - creditMinor`: to be paid when positive, owed to the customer when negative. */
  netMinor: bigint;
}

/** How much of a period is left, in whole seconds: a second that has begun is not used yet. */
export function remainingOf(
  period: { start: Date; end: Date },
  now: Date,
): { remainingSeconds: bigint; totalSeconds: bigint } {
  const total = wholeSeconds(period.end.getTime() - period.start.getTime());
  const elapsed = wholeSeconds(Math.max(0, now.getTime() - period.start.getTime()));
  return {
    totalSeconds: total,
    remainingSeconds: elapsed >= total ? 0n : total - elapsed,
  };
}

const wholeSeconds = (milliseconds: number) => BigInt(Math.floor(milliseconds / 1000));

/**
 * The proration of a change from `before` to `after` at `now`. An item is the same when price and
 * quantity are; a changed quantity goes and comes again.
 *
 * Each side is `sum * remainingSeconds / totalSeconds`, rounded half-up to minor units, and split
 * over its items so that the lines add up exactly. Both sides round alike: changing back at the same
 * second returns exactly what was charged.
 */
export function prorate<Item extends ProratedItem>(
  before: readonly Item[],
  after: readonly Item[],
  period: { start: Date; end: Date },
  now: Date,
): Proration<Item> {
  const share = remainingOf(period, now);
  const goes = side(itemsOnlyIn(before, after), share);
  const comes = side(itemsOnlyIn(after, before), share);
  return {
    lines: [
      ...goes.lines.map(({ item, amountMinor }) => ({ item, amountMinor: -amountMinor })),
      ...comes.lines,
    ],
    creditMinor: goes.sum,
    debitMinor: comes.sum,
    netMinor: comes.sum - goes.sum,
  };
}

function itemsOnlyIn<Item extends ProratedItem>(
  items: readonly Item[],
  others: readonly Item[],
): Item[] {
  return items.filter(
    ({ priceId, quantity }) =>
      !others.some((other) => other.priceId === priceId && other.quantity === quantity),
  );
}

function side<Item extends ProratedItem>(
  items: readonly Item[],
  { remainingSeconds, totalSeconds }: ReturnType<typeof remainingOf>,
): { lines: ProrationLine<Item>[]; sum: bigint } {
  const amounts = items.map(({ unitAmountMinor, quantity }) => unitAmountMinor * BigInt(quantity));
  const full = amounts.reduce((sum, amount) => sum + amount, 0n);
  const sum =
    totalSeconds === 0n ? 0n : divideRounded(full * remainingSeconds, totalSeconds, 'half-up');
  const parts = full === 0n ? amounts : allocate(sum, amounts);
  return { lines: items.map((item, index) => ({ item, amountMinor: parts[index]! })), sum };
}
