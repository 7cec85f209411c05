/** When a card can no longer be charged. Pure; null for what does not expire. */
import { addDays } from '../period/period.ts';

/** An expiry is near so many days ahead. */
const soonDays = 20;

/** A card may be used through the last day of its month (UTC): `expiresAt` is the instant after it. */
export function isExpired({ expiresAt }: { expiresAt: Date | null }, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Near, and not yet over. */
export function expiresSoon(method: { expiresAt: Date | null }, now: Date): boolean {
  return method.expiresAt !== null && !isExpired(method, now) && method.expiresAt <= soonFrom(now);
}

/** From when on that expiry is near. */
export function soonSince(expiresAt: Date): Date {
  return addDays(expiresAt, -soonDays);
}

/** What expires until then, expires soon. */
export function soonFrom(now: Date): Date {
  return addDays(now, soonDays);
}
