/**
 * A quote vouches for figures that a customer was shown: they confirm these, or are shown others. It
 * holds the moment that the period was divided at, because every second costs a little less, and a
 * keyed hash of the rest; nothing is kept.
 */
import { hashSecret, sameHash } from '../access/secret.ts';

/** How long figures may be looked at. */
export const quoteMinutes = 15;

/** @param subject whose quote it is, and of what. */
export function writeQuote(
  hashKey: string,
  subject: readonly string[],
  at: Date,
  figures: readonly unknown[],
): string {
  return `${at.getTime().toString(36)}.${digest(hashKey, subject, at, figures)}`;
}

/** @returns the moment it is of; null where it is no quote at all. */
export function momentOfQuote(quote: string): Date | null {
  const [, moment] = /^([0-9a-z]{1,9})\.[0-9a-f]{64}$/.exec(quote) ?? [];
  return moment === undefined ? null : new Date(Number.parseInt(moment, 36));
}

export function isQuoteCurrent(at: Date, now: Date): boolean {
  const age = now.getTime() - at.getTime();
  return age >= 0 && age <= quoteMinutes * 60_000;
}

/** Whether `quote`, which is of `at`, is of these figures. */
export function vouchesFor(
  quote: string,
  hashKey: string,
  subject: readonly string[],
  at: Date,
  figures: readonly unknown[],
): boolean {
  return sameHash(quote.slice(quote.indexOf('.') + 1), digest(hashKey, subject, at, figures));
}

function digest(
  hashKey: string,
  subject: readonly string[],
  at: Date,
  figures: readonly unknown[],
): string {
  const text = JSON.stringify([subject, at, figures], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return hashSecret(hashKey, 'plan-change-quote', text);
}
