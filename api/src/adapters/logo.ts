/**
 * Reads uploaded logos. What is kept is not the upload but a new PNG made of its pixels: no metadata,
 * no trailing data, nothing that another reader could take for something else.
 */
import type { ReadLogo } from '@4geeks/billing/ports';
import { PNG } from 'pngjs';

export const logoLimits = { bytes: 512 * 1024, width: 2000, height: 1000 } as const;
/** What fits the portal's header best, with a transparent ground. */
export const recommendedLogo = { width: 200, height: 50 } as const;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const readLogo: ReadLogo = async (bytes) => {
  if (bytes.byteLength > logoLimits.bytes) return { status: 'rejected', reason: 'too_large' };
  const file = Buffer.from(bytes);
  if (!file.subarray(0, 8).equals(signature)) return { status: 'rejected', reason: 'not_png' };

  // The first chunk states the size. A few hundred bytes can claim gigabytes of pixels: look before
  // anything is inflated.
  if (file.byteLength < 33 || file.toString('latin1', 12, 16) !== 'IHDR') {
    return { status: 'rejected', reason: 'corrupt' };
  }
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  if (width === 0 || height === 0) return { status: 'rejected', reason: 'corrupt' };
  if (width > logoLimits.width || height > logoLimits.height) {
    return { status: 'rejected', reason: 'too_many_pixels' };
  }

  let image: PNG;
  try {
    image = await decode(file);
  } catch {
    return { status: 'rejected', reason: 'corrupt' };
  }
  if (image.width !== width || image.height !== height) {
    return { status: 'rejected', reason: 'corrupt' };
  }
  const png = PNG.sync.write(image, { colorType: 6, deflateLevel: 9 });
  return { status: 'ok', png, width, height, transparent: isTransparent(image) };
};

/** What would make a logo look better. Codes; people read the sentences of their catalogue. */
export type LogoAdvice =
  /** Shown smaller than it is, or blurred: far from the recommended height. */
  | 'too_small'
  | 'larger_than_needed'
  /** Higher than wide: it will look small in a header. */
  | 'too_tall'
  /** So wide that it will be shown less high than others. */
  | 'too_wide'
  /** A ground of its own shows as a box on other colours. */
  | 'not_transparent';

export function adviseOnLogo(logo: {
  width: number;
  height: number;
  transparent: boolean;
}): LogoAdvice[] {
  const advice: LogoAdvice[] = [];
  const ratio = logo.width / logo.height;
  if (logo.height < recommendedLogo.height * 0.8) advice.push('too_small');
  else if (logo.height > recommendedLogo.height * 4) advice.push('larger_than_needed');
  if (ratio < 1) advice.push('too_tall');
  else if (ratio > 8) advice.push('too_wide');
  if (!logo.transparent) advice.push('not_transparent');
  return advice;
}

function decode(file: Buffer): Promise<PNG> {
  return new Promise((resolve, reject) => {
    const png = new PNG();
    // pngjs may report trouble after its first answer; only the first counts.
    png.on('error', reject);
    png.parse(file, (error, image) => (error ? reject(error) : resolve(image)));
  });
}

function isTransparent({ data }: PNG): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at]! < 255) return true;
  return false;
}
