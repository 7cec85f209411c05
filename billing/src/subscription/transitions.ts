/**
 * The life of a subscription: what may happen in which status, and what comes of it. Pure, and the
 * only place that decides it; docs/subscription-states.md is the same table for people, and a test
 * holds one to the other.
 */
import type { SubscriptionStatus } from '@4geeks/prisma';
import { ConflictError } from '../errors.ts';

/** Why something is refused. Stable, part of the API. */
const refusals = {
  SUBSCRIPTION_ENDED: 'The subscription has ended.',
  SUBSCRIPTION_NOT_ENDED: 'The subscription has not ended.',
  SUBSCRIPTION_TRIALING: 'The subscription is in its trial.',
  SUBSCRIPTION_PAST_DUE: 'The subscription is past due.',
  SUBSCRIPTION_PAUSED: 'The subscription is paused.',
  SUBSCRIPTION_UNPAID: 'The subscription is unpaid.',
  ALREADY_PAUSED: 'The subscription is already paused.',
  NOT_PAUSED: 'The subscription is not paused.',
  NOT_CANCELING: 'The subscription is not being canceled.',
  NO_CHANGE_PLANNED: 'No change is planned.',
} as const;

export type Refusal = keyof typeof refusals;

/** The status afterwards, or why it is refused. */
export type Cell = { to: SubscriptionStatus } | { refused: Refusal };

const to = (status: SubscriptionStatus): Cell => ({ to: status });
const no = (refused: Refusal): Cell => ({ refused });

const trialing = to('TRIALING');
const active = to('ACTIVE');
const pastDue = to('PAST_DUE');
const paused = to('PAUSED');
const unpaid = to('UNPAID');
const canceled = to('CANCELED');
const ended = no('SUBSCRIPTION_ENDED');

/** In the order of `statuses`. */
const row = (...cells: [Cell, Cell, Cell, Cell, Cell, Cell]): Record<SubscriptionStatus, Cell> => ({
  TRIALING: cells[0],
  ACTIVE: cells[1],
  PAST_DUE: cells[2],
  PAUSED: cells[3],
  UNPAID: cells[4],
  CANCELED: cells[5],
});

export const statuses = [
  'TRIALING',
  'ACTIVE',
  'PAST_DUE',
  'PAUSED',
  'UNPAID',
  'CANCELED',
] as const satisfies readonly SubscriptionStatus[];

/** What can happen to a subscription: what somebody asks for first, then what happens by itself. */
export const transitions = {
  cancelAtPeriodEnd: row(trialing, active, pastDue, canceled, unpaid, ended),
  cancelNow: row(canceled, canceled, canceled, canceled, canceled, ended),
  undoCancellation: row(trialing, active, pastDue, no('NOT_CANCELING'), unpaid, ended),
  pause: row(
    no('SUBSCRIPTION_TRIALING'),
    paused,
    paused,
    no('ALREADY_PAUSED'),
    no('SUBSCRIPTION_UNPAID'),
    ended,
  ),
  resume: row(
    no('NOT_PAUSED'),
    no('NOT_PAUSED'),
    no('NOT_PAUSED'),
    active,
    no('NOT_PAUSED'),
    ended,
  ),
  changeNow: row(
    trialing,
    active,
    no('SUBSCRIPTION_PAST_DUE'),
    no('SUBSCRIPTION_PAUSED'),
    no('SUBSCRIPTION_UNPAID'),
    ended,
  ),
  changeAtPeriodEnd: row(
    trialing,
    active,
    pastDue,
    no('SUBSCRIPTION_PAUSED'),
    no('SUBSCRIPTION_UNPAID'),
    ended,
  ),
  undoChange: row(trialing, active, pastDue, paused, unpaid, ended),
  resubscribe: row(
    no('SUBSCRIPTION_NOT_ENDED'),
    no('SUBSCRIPTION_NOT_ENDED'),
    no('SUBSCRIPTION_NOT_ENDED'),
    no('SUBSCRIPTION_NOT_ENDED'),
    no('SUBSCRIPTION_NOT_ENDED'),
    canceled,
  ),
  renew: row(active, active, pastDue, no('SUBSCRIPTION_PAUSED'), no('SUBSCRIPTION_UNPAID'), ended),
  endWithPeriod: row(canceled, canceled, canceled, no('SUBSCRIPTION_PAUSED'), canceled, ended),
  collectionFailed: row(pastDue, pastDue, pastDue, paused, unpaid, canceled),
  everythingPaid: row(trialing, active, active, paused, active, canceled),
  retriesExhaustedUnpaid: row(unpaid, unpaid, unpaid, paused, unpaid, canceled),
  retriesExhaustedCancel: row(canceled, canceled, canceled, paused, canceled, canceled),
} as const satisfies Record<string, Record<SubscriptionStatus, Cell>>;

export type Transition = keyof typeof transitions;

/**
 * @returns the status after `transition`; the same one where it changes nothing.
 * @throws ConflictError with a {@link Refusal} as its code.
 */
export function statusAfter(
  transition: Transition,
  status: SubscriptionStatus,
): SubscriptionStatus {
  const cell: Cell = transitions[transition][status];
  if ('refused' in cell) throw refuse(cell.refused);
  return cell.to;
}

/** For rules that need more than the status: the same codes, the same sentences. */
export function refuse(refusal: Refusal): ConflictError {
  return new ConflictError(refusal, refusals[refusal]);
}

/** @throws ConflictError ALREADY_CANCELING where it ends with its period. */
export function refuseCanceling({ cancelAtPeriodEnd }: { cancelAtPeriodEnd: boolean }): void {
  if (cancelAtPeriodEnd) {
    throw new ConflictError('ALREADY_CANCELING', 'The subscription is already being canceled.');
  }
}

/** @throws ConflictError RENEWAL_DUE where the period is over, and the sweep has yet to pass by. */
export function refuseRenewalDue(
  { nextRenewalAt }: { nextRenewalAt: Date | null },
  now: Date,
): void {
  if (nextRenewalAt && nextRenewalAt <= now) {
    throw new ConflictError('RENEWAL_DUE', 'The period is over and is being renewed. Try again.');
  }
}
