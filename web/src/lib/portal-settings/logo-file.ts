/** What the browser can tell about a logo before it is sent. The API checks the bytes again. */

const maxBytes = 512 * 1024;
const maxWidth = 2000;
const maxHeight = 1000;
/** Under this height a logo is stretched on screens with two pixels to the point. */
const sharpHeight = 50;

export type LogoRejection = 'LOGO_NOT_PNG' | 'LOGO_TOO_LARGE' | 'LOGO_TOO_MANY_PIXELS';

export type LogoFacts = { width: number; height: number; transparent: boolean; small: boolean };

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * @param bytes of the file, from its start
 * @returns why the API would refuse it (the same reasons), or what the image is like
 */
export function readLogo(bytes: Uint8Array): LogoRejection | LogoFacts {
  const isPng = signature.every((byte, index) => bytes[index] === byte) && bytes.length >= 33;
  if (!isPng) return 'LOGO_NOT_PNG';
  if (bytes.length > maxBytes) return 'LOGO_TOO_LARGE';
  // The header chunk stands first: width, height, depth, color type.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width > maxWidth || height > maxHeight) return 'LOGO_TOO_MANY_PIXELS';
  const colorType = view.getUint8(25);
  const hasAlpha = colorType === 4 || colorType === 6;
  return {
    width,
    height,
    transparent: hasAlpha || hasChunk(view, 'tRNS'),
    small: height < sharpHeight,
  };
}

/** Whether a PNG has a chunk of this type before its pixels. */
function hasChunk(view: DataView, type: string): boolean {
  let offset = 8;
  while (offset + 12 <= view.byteLength) {
    const length = view.getUint32(offset);
    const name = String.fromCharCode(...[4, 5, 6, 7].map((at) => view.getUint8(offset + at)));
    if (name === type) return true;
    if (name === 'IDAT' || name === 'IEND') return false;
    offset += 12 + length;
  }
  return false;
}
