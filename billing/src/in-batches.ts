/** `items` in their order, at most `size` together. */
export function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  const batches: Item[][] = [];
  for (let first = 0; first < items.length; first += size) {
    batches.push(items.slice(first, first + size));
  }
  return batches;
}
