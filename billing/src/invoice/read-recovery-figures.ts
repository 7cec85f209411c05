import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { addDays } from '../period/period.ts';
import type { Billing } from '../ports.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import {
  recoveryGroups,
  recoveryTotals,
  type RecoveryGroup,
  type RecoveryGrouping,
  type RecoverySpan,
} from './recovery-figures.ts';

/** The span of figures when none is asked for. */
export const defaultSpanDays = 30;
const mostSpanDays = 731;

/**
 * The span of time that is asked about.
 *
 * @param asked.to exclusive; default now
 * @param asked.from default 30 days before
 * @throws InvalidInputError SPAN_EMPTY, SPAN_TOO_LONG
 */
export async function recoverySpan(
  billing: Pick<Billing, 'database' | 'clock'>,
  asked: { merchantId: string; from?: Date | null | undefined; to?: Date | null | undefined },
): Promise<RecoverySpan> {
  // What has just failed is part of it.
  const to = asked.to ?? new Date((await billingTime(billing, asked.merchantId)).getTime() + 1);
  const from = asked.from ?? addDays(to, -defaultSpanDays);
  if (from >= to) throw new InvalidInputError('from', 'SPAN_EMPTY', 'Begin before the end.');
  if (addDays(from, mostSpanDays) < to) {
    throw new InvalidInputError('from', 'SPAN_TOO_LONG', 'Ask for two years at most.', {
      mostDays: mostSpanDays,
    });
  }
  return { merchantId: asked.merchantId, from, to };
}

/**
 * Recovery figures of a span, as of now. `NONE` always gives one group.
 *
 * @throws NotFoundError merchant, where it is not the viewer's own
 */
export async function readRecoveryGroups(
  billing: Billing,
  actor: Actor,
  span: RecoverySpan,
  by: RecoveryGrouping,
): Promise<RecoveryGroup[]> {
  authorize(actor, { staff: 'payments:read', apiKey: 'payments:read' });
  if (actor.merchantId !== span.merchantId) throw new NotFoundError('merchant');
  const { database } = billing;
  const now = await billingTime(billing, span.merchantId);
  if (by === 'NONE') return [{ key: '', ...(await recoveryTotals(database, span, now)) }];
  const { timeZone } = await database.merchant.findUniqueOrThrow({
    where: { id: span.merchantId },
    select: { timeZone: true },
  });
  return recoveryGroups(database, span, by, { now, timeZone });
}
