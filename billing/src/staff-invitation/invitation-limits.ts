/** How invitations are kept from being a way to pester people. Limits by address are the transport's. */
import { RateLimitedError } from '../errors.ts';

/** A link lets somebody join for this long. */
export const invitationDays = 7;
/** Invitations that one merchant may make. */
export const invitationsPerHour = 20;
/** Minutes after which an invitation may be mailed again: the more often it was, the later. */
const resendWaitMinutes = [1, 5, 15, 60] as const;

export function expiryFrom(now: Date): Date {
  return new Date(now.getTime() + invitationDays * 86_400_000);
}

/**
 * @param made when the newest invitations were made, newest first.
 * @throws RateLimitedError
 */
export function refuseTooMany(made: readonly Date[], now: Date): void {
  refuseBefore(made[invitationsPerHour - 1], 60, now);
}

/** @throws RateLimitedError */
export function refuseTooSoon(
  { sends, requestedAt }: { sends: number; requestedAt: Date },
  now: Date,
): void {
  refuseBefore(requestedAt, resendWaitMinutes[sends - 1] ?? 60, now);
}

function refuseBefore(since: Date | undefined, minutes: number, now: Date): void {
  const waitMs = since ? since.getTime() + minutes * 60_000 - now.getTime() : 0;
  if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1000));
}
