import { expect, it } from 'vitest';

import { showingGaps } from './missing-glyphs.ts';

const ascii = (codePoint: number) => codePoint >= 32 && codePoint < 127;

it('marks what cannot be drawn, once for each run, wherever it stands', () => {
  const logo = new Uint8Array([1]);
  expect(
    showingGaps({ name: '東京 Ltd', lines: ['a', '1\n2', '\u{1F600}!'], logo, none: null }, ascii),
  ).toEqual({ name: '\uFFFD Ltd', lines: ['a', '1\n2', '\uFFFD!'], logo, none: null });
});
