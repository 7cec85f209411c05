/**
 * How a fraction becomes a whole number of minor units:
 * - `half-up`: halves away from zero; what invoices and tax authorities mostly mean;
 * - `half-even`: halves to the even neighbour, without bias over many rows;
 * - `down`: toward zero; `up`: away from zero.
 */
export type Rounding = 'half-up' | 'half-even' | 'down' | 'up';

/**
 * `numerator / denominator`, rounded as said. Symmetric: -x gives the negative of x.
 *
 * @throws RangeError when `denominator` is zero.
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new RangeError('Division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const dividend = numerator < 0n ? -numerator : numerator;
  const divisor = denominator < 0n ? -denominator : denominator;
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const magnitude = roundsAway(quotient, remainder, divisor, rounding) ? quotient + 1n : quotient;
  return negative ? -magnitude : magnitude;
}

function roundsAway(
  quotient: bigint,
  remainder: bigint,
  divisor: bigint,
  rounding: Rounding,
): boolean {
  if (remainder === 0n) return false;
  const twice = remainder * 2n;
  switch (rounding) {
    case 'down':
      return false;
    case 'up':
      return true;
    case 'half-up':
      return twice >= divisor;
    case 'half-even':
      return twice > divisor || (twice === divisor && quotient % 2n === 1n);
  }
}
