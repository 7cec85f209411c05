import { m } from '#lib/paraglide/messages.js';

/** Event types that stand together, by the noun before the dot. */
const groups: { title: () => string; nouns: readonly string[] }[] = [
  { title: m.console_nav_customers, nouns: ['customer'] },
  { title: m.console_nav_subscriptions, nouns: ['subscription'] },
  { title: m.console_nav_invoices, nouns: ['invoice', 'credit_note'] },
  { title: m.console_nav_payments, nouns: ['payment', 'refund', 'dispute'] },
  { title: m.console_webhook_group_payment_methods, nouns: ['payment_method'] },
  { title: m.console_webhook_group_products, nouns: ['product', 'price'] },
  { title: m.console_webhook_group_coupons, nouns: ['coupon', 'discount'] },
  { title: m.console_webhook_group_tax_rates, nouns: ['tax_rate'] },
];

export type EventGroup = { title: string; types: readonly string[] };

const nounOf = (type: string) => type.slice(0, type.indexOf('.'));

/**
 * @param search what the types shown contain; all words of it
 * @returns groups that have something to show. Nouns that this version does not know come last, as others.
 */
export function groupEventTypes(types: readonly string[], search = ''): EventGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const known = new Set(groups.flatMap(({ nouns }) => nouns));
  return [
    ...groups.map(({ title, nouns }) => ({
      title: title(),
      types: types.filter((type) => nouns.includes(nounOf(type))),
    })),
    {
      title: m.console_webhook_group_other(),
      types: types.filter((type) => !known.has(nounOf(type))),
    },
  ]
    .map(({ title, types: all }) => ({
      title,
      types: all.filter((type) =>
        words.every((word) => `${title} ${type}`.toLowerCase().includes(word)),
      ),
    }))
    .filter((group) => group.types.length > 0);
}
