import { readFileSync } from 'node:fs';
import { colord, extend } from 'colord';
import a11y from 'colord/plugins/a11y';
import { describe, expect, it } from 'vitest';
import { accentFrom, backgrounds } from './accent.ts';

extend([a11y]);

const css = readFileSync(new URL('../../app.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }] as const,
  ),
);
const token = (name: string, scheme: 'light' | 'dark') => {
  const value = tokens.get(name)?.[scheme];
  if (!value) throw new Error(`app.css has no token --${name}`);
  return value;
};
const ratio = (a: string, b: string) => colord(a).contrast(b);

const texts: [text: string, ...on: string[]][] = [
  ['ink', 'canvas', 'surface', 'raised', 'sunken', 'hover'],
  ['ink-muted', 'canvas', 'surface', 'raised', 'sunken', 'hover'],
  ['ink-faint', 'canvas', 'surface', 'raised', 'sunken'],
  ['accent-text', 'canvas', 'surface', 'raised', 'sunken', 'accent-soft'],
  ['accent-ink', 'accent', 'accent-hover'],
  ['success-text', 'surface', 'raised', 'success-soft'],
  ['warning-text', 'surface', 'raised', 'warning-soft'],
  ['danger-text', 'canvas', 'surface', 'raised', 'danger-soft'],
  ['info-text', 'surface', 'raised', 'info-soft'],
  ['ink', 'success-soft', 'warning-soft', 'danger-soft', 'info-soft'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (scheme) => {
  it.each(texts)('has readable --%s', (text, ...on) => {
    for (const background of on) {
      const pair = `${text} on ${background}`;
      expect([pair, ratio(token(text, scheme), token(background, scheme)) >= 4.5]).toEqual([
        pair,
        true,
      ]);
    }
  });

  it('shows the edges of controls', () => {
    for (const background of ['surface', 'canvas', 'raised']) {
      expect(ratio(token('line-strong', scheme), token(background, scheme))).toBeGreaterThan(3);
    }
    expect(ratio('#ffffff', token('danger', scheme))).toBeGreaterThan(4.5);
  });

  it('is what accents are computed against', () => {
    expect(backgrounds[scheme]).toEqual({
      surface: token('surface', scheme),
      worst: scheme === 'light' ? token('sunken', scheme) : token('hover', scheme),
    });
  });

  it.each(['#000000', '#ffffff', '#ffe600', '#2f55d4', '#777777', '#ff5500', '#00c2a8', '#8a2be2'])(
    'keeps a portal in %s readable',
    (brand) => {
      const accent = accentFrom(brand)[scheme];
      const { surface, worst } = backgrounds[scheme];
      for (const fill of [accent.fill, accent.hover]) {
        expect(ratio(accent.ink, fill)).toBeGreaterThanOrEqual(4.5);
      }
      for (const background of [surface, worst, accent.soft]) {
        expect(ratio(accent.text, background)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );
});

it('leaves the merchant’s own colour on light buttons', () => {
  expect(accentFrom('#ffe600').light).toMatchObject({ fill: '#ffe600', ink: '#12161f' });
  expect(accentFrom('not a colour').light.fill).toBe('#2f55d4');
});
