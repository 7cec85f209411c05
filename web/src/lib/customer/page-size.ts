/** How much of each list a customer's page asks for at first, and after “Show more”. */
export const firstCounts = { invoices: 6, payments: 6, emails: 5, events: 12 };
export const moreCounts = { invoices: 100, payments: 100, emails: 50, events: 100 };

export type ListName = keyof typeof firstCounts;
export type Counts = Record<ListName, number>;
