/** What the lists of the console have in common: their state stands in the address. */

const pageSize = 25;

/** Variables of a connection for the page that an address names. */
export function pageVariables({ searchParams }: URL): {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
} {
  const before = searchParams.get('before');
  if (before) return { last: pageSize, before };
  const after = searchParams.get('after');
  return after ? { first: pageSize, after } : { first: pageSize };
}

/** A filter from an address; anything unknown counts as none. */
export function oneOf<Value extends string>(
  given: string | null,
  allowed: readonly Value[],
): Value | undefined {
  return allowed.find((value) => value === given);
}
