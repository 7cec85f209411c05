/** What pages that list a customer's history depend on; invalidated as billing changes. */
export const historyKey = 'portal:history';
