import { deflateSync } from 'node:zlib';

import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';

import { adviseOnLogo, readLogo } from './logo.ts';

function drawn(width: number, height: number, alpha = 255): PNG {
  const png = new PNG({ width, height });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([31, 95, 214, alpha], at);
  return png;
}

const file = (width: number, height: number, alpha?: number) =>
  PNG.sync.write(drawn(width, height, alpha));

/** A PNG that claims a size its pixels do not have. */
function claiming(width: number, height: number): Buffer {
  const bytes = Buffer.from(file(4, 4));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('readLogo', () => {
  it('gives back the same picture without what was hidden in the file', async () => {
    const secret = Buffer.from('GPS: at home');
    const upload = Buffer.concat([file(200, 50, 128), secret]);
    const read = await readLogo(upload);
    if (read.status !== 'ok') throw new Error(read.reason);
    expect(read).toMatchObject({ width: 200, height: 50, transparent: true });
    expect(Buffer.from(read.png).includes(secret)).toBe(false);
    expect(PNG.sync.read(Buffer.from(read.png)).data).toEqual(drawn(200, 50, 128).data);
  });

  it('knows an opaque picture', async () => {
    expect(await readLogo(file(20, 10))).toMatchObject({ transparent: false });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'not_png'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6]), 'not_png'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not_png'],
    ['too many bytes', Buffer.concat([file(4, 4), Buffer.alloc(512 * 1024)]), 'too_large'],
    ['only a signature', file(4, 4).subarray(0, 8), 'corrupt'],
    ['half a file', file(100, 50).subarray(0, 60), 'corrupt'],
    [
      'other first chunk',
      Buffer.concat([file(4, 4).subarray(0, 8), deflateSync(Buffer.alloc(99))]),
      'corrupt',
    ],
    ['a size of zero', claiming(0, 4), 'corrupt'],
    ['a false size', claiming(400, 400), 'corrupt'],
    ['too wide', claiming(2001, 4), 'too_many_pixels'],
    ['a bomb', claiming(60_000, 60_000), 'too_many_pixels'],
  ])('rejects %s', async (_, bytes, reason) => {
    expect(await readLogo(bytes)).toEqual({ status: 'rejected', reason });
  });
});

describe('adviseOnLogo', () => {
  it.each([
    [200, 50, true, []],
    [400, 100, true, []],
    [200, 50, false, ['not_transparent']],
    [80, 20, true, ['too_small']],
    [1600, 400, true, ['larger_than_needed']],
    [100, 180, true, ['too_tall']],
    [900, 60, true, ['too_wide']],
  ] as const)('%i x %i, transparent %s', (width, height, transparent, expected) => {
    expect(adviseOnLogo({ width, height, transparent })).toEqual(expected);
  });
});
