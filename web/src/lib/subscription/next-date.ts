import { shortDayText } from '#lib/i18n/format.ts';
import { m } from '#lib/paraglide/messages.js';

/** What a subscription's calendar says next: renews, ends, ended, trial until. */
export function nextDateText(subscription: {
  status: string;
  currentPeriodEnd: string;
  trialEnd: string | null;
  nextRenewalAt: string | null;
  cancelAtPeriodEnd: boolean;
  endedAt: string | null;
}): string {
  const { status, currentPeriodEnd, trialEnd, nextRenewalAt, cancelAtPeriodEnd, endedAt } =
    subscription;
  if (endedAt) return m.console_ended({ date: shortDayText(endedAt) });
  if (cancelAtPeriodEnd) return m.console_ends({ date: shortDayText(currentPeriodEnd) });
  if (status === 'TRIALING' && trialEnd)
    return m.console_trial_ends({ date: shortDayText(trialEnd) });
  return m.console_renews({ date: shortDayText(nextRenewalAt ?? currentPeriodEnd) });
}
