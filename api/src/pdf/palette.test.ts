import { expect, it } from 'vitest';

import { ink, readableOnWhite } from './palette.ts';

it('prints words in the brand colour only where they can be read', () => {
  expect(readableOnWhite('#1f5fd6')).toEqual([31, 95, 214]);
  expect(readableOnWhite('#ffd400')).toEqual(ink);
  expect(readableOnWhite('red')).toEqual(ink);
});
