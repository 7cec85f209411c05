import { crc32, deflateSync } from 'node:zlib';

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

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A header with the bytes that say 8-bit colours with alpha. */
function header(width: number, height: number): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return chunk('IHDR', data);
}

/** A file whose chunks are in order, whatever its pixels are. */
const whole = (width: number, height: number, pixels: Buffer, extra: Buffer[] = []) =>
  Buffer.concat([
    file(1, 1).subarray(0, 8),
    header(width, height),
    ...extra,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
const huge = Buffer.from([0x7f, 0xff, 0xff, 0xff, ...Buffer.from('IDAT'), 0, 0, 0, 0]);

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

  it('never reads more pixels than the file claims', async () => {
    const bomb = whole(20, 10, Buffer.alloc(100 * 1024 * 1024));
    expect((await readLogo(bomb)).status).toBe('rejected');
  });

  it('keeps nobody waiting while it reads the largest', async () => {
    const largest = file(2000, 1000);
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    expect(await readLogo(largest)).toMatchObject({ status: 'ok', width: 2000, height: 1000 });
    clearInterval(ticks);
    expect(longest).toBeLessThan(400);
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
    ['fewer pixels than it claims', whole(200, 100, Buffer.alloc(99)), 'corrupt'],
    ['a filter that does not exist', whole(4, 4, Buffer.alloc(4 * 17, 99)), 'corrupt'],
    ['a second header', whole(4, 4, Buffer.alloc(4 * 17), [header(30_000, 30_000)]), 'corrupt'],
    ['no end', file(4, 4).subarray(0, -12), 'corrupt'],
    ['a chunk longer than the file', Buffer.concat([file(4, 4).subarray(0, 33), huge]), 'corrupt'],
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
