/**
 * Splits an amount by weights so that the parts add up to it exactly. Units that do not divide go
 * one by one to the parts with the largest fraction lost, the first of equals first.
 *
 * `allocate(100n, [1n, 1n, 1n])` is `[34n, 33n, 33n]`.
 *
 * @param weights not negative, at least one above zero; a weight of zero gets nothing.
 * @throws RangeError on other weights.
 */
export function allocate(amountMinor: bigint, weights: readonly bigint[]): bigint[] {
  let total = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError('Weights must not be negative');
    total += weight;
  }
  if (total === 0n) throw new RangeError('At least one weight must be above zero');

  const negative = amountMinor < 0n;
  const magnitude = negative ? -amountMinor : amountMinor;
  const parts = weights.map((weight) => (magnitude * weight) / total);
  const byFractionLost = weights
    .map((weight, index) => ({ index, lost: (magnitude * weight) % total }))
    .sort((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));

  let left = magnitude - parts.reduce((sum, part) => sum + part, 0n);
  for (const { index } of byFractionLost) {
    if (left === 0n) break;
    parts[index] = parts[index]! + 1n;
    left -= 1n;
  }
  return negative ? parts.map((part) => -part) : parts;
}
