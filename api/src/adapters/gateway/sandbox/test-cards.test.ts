import { describe, expect, it } from 'vitest';

import { isExpired } from './test-cards.ts';

describe('isExpired', () => {
  it('lets a card be used through the last day of its month', () => {
    expect(isExpired(2, 2026, new Date('2026-02-28T23:59:59.999Z'))).toBe(false);
    expect(isExpired(2, 2026, new Date('2026-03-01T00:00:00Z'))).toBe(true);
    expect(isExpired(12, 2026, new Date('2026-12-31T12:00:00Z'))).toBe(false);
    expect(isExpired(12, 2026, new Date('2027-01-01T00:00:00Z'))).toBe(true);
  });
});
