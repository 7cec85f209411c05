import { describe, expect, it } from 'vitest';
import { groupEventTypes } from './event-groups.ts';

const types = ['customer.created', 'invoice.paid', 'credit_note.issued', 'payment.failed', 'x.y'];

describe('groupEventTypes', () => {
  it('shows every type once, those of unknown nouns too', () => {
    const shown = groupEventTypes(types).flatMap((group) => group.types);
    expect(shown.slice().sort()).toEqual(types.slice().sort());
  });

  it('leaves no group empty', () => {
    expect(groupEventTypes(['invoice.paid'])).toEqual([
      { title: 'Invoices', types: ['invoice.paid'] },
    ]);
  });

  it('finds by every word of the search, in the title or the type', () => {
    expect(groupEventTypes(types, ' INVOICE paid ')[0]?.types).toEqual(['invoice.paid']);
    expect(groupEventTypes(types, 'invoices')[0]?.types).toEqual([
      'invoice.paid',
      'credit_note.issued',
    ]);
    expect(groupEventTypes(types, 'invoice failed')).toEqual([]);
  });
});
