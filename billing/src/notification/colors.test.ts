import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, readableOn, textOn } from './colors.ts';

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('text on any brand colour can be read', () => {
  fc.assert(fc.property(color, (brand) => contrast(textOn(brand), brand) >= 4.3));
});

test('a brand colour as text is only moved as far as needed', () => {
  fc.assert(
    fc.property(color, (brand) =>
      ['#ffffff', '#1a2028'].every((card) => contrast(readableOn(brand, card), card) >= 4.5),
    ),
  );
  expect(readableOn('#0f766e', '#ffffff')).toBe('#0f766e');
});
