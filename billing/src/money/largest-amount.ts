/**
 * The most that is asked for at once, in minor units: 15 digits, so that with tax upon it every
 * client can still hold it exactly (up to 2^53 - 1).
 */
export const largestAmountMinor = 999_999_999_999_999n;
