import { describe, expect, it } from 'vitest';
import { readLogo } from './logo-file.ts';

function chunk(type: string, data: number[]): number[] {
  const length = data.length;
  return [0, 0, length >> 8, length & 255, ...Buffer.from(type, 'latin1'), ...data, 0, 0, 0, 0];
}

function png(width: number, height: number, colorType: number, more: number[] = []): Uint8Array {
  const header = [
    0,
    0,
    width >> 8,
    width & 255,
    0,
    0,
    height >> 8,
    height & 255,
    8,
    colorType,
    0,
    0,
    0,
  ];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', header),
    ...more,
    ...chunk('IDAT', [1, 2, 3]),
    ...chunk('IEND', []),
  ]);
}

describe('a logo, before it is sent', () => {
  it('tells size and transparency', () => {
    expect(readLogo(png(200, 50, 6))).toEqual({
      width: 200,
      height: 50,
      transparent: true,
      small: false,
    });
    expect(readLogo(png(200, 50, 2))).toMatchObject({ transparent: false });
  });

  it('finds transparency of a palette', () => {
    expect(readLogo(png(80, 20, 3))).toMatchObject({ transparent: false, small: true });
    expect(readLogo(png(80, 20, 3, chunk('tRNS', [0])))).toMatchObject({ transparent: true });
  });

  it('reads bytes that lie inside a larger buffer', () => {
    const inside = new Uint8Array([0, 0, ...png(120, 60, 4)]).subarray(2);
    expect(readLogo(inside)).toMatchObject({ width: 120, height: 60 });
  });

  it('refuses what the API would refuse, for the same reasons', () => {
    expect(
      readLogo(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"></svg>')),
    ).toBe('LOGO_NOT_PNG');
    expect(readLogo(new Uint8Array())).toBe('LOGO_NOT_PNG');
    expect(readLogo(png(2001, 50, 6))).toBe('LOGO_TOO_MANY_PIXELS');
    expect(readLogo(png(200, 1001, 6))).toBe('LOGO_TOO_MANY_PIXELS');
    const large = new Uint8Array(512 * 1024 + 1);
    large.set(png(200, 50, 6));
    expect(readLogo(large)).toBe('LOGO_TOO_LARGE');
  });

  it('is not led astray by a chunk that ends nowhere', () => {
    const cut = png(200, 50, 3).slice(0, 40);
    expect(readLogo(cut)).toMatchObject({ transparent: false });
  });
});
