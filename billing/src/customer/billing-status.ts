/** Where a customer stands, in one word. */

/** PAST_DUE wins: what is owed is shown first. */
export function billingStatusOf(facts: {
  /** Open invoices whose collection has failed. */
  openPastDue: number;
  /** Subscriptions that have not ended. */
  liveSubscriptions: number;
}): 'PAST_DUE' | 'CURRENT' | 'NO_SUBSCRIPTION' {
  if (facts.openPastDue > 0) return 'PAST_DUE';
  return facts.liveSubscriptions > 0 ? 'CURRENT' : 'NO_SUBSCRIPTION';
}
