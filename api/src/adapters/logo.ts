/**
 * Reads uploaded logos. What is kept is not the upload but a new PNG made of its pixels: no metadata,
 * no trailing data, nothing that another reader could take for something else.
 */
import { Worker } from 'node:worker_threads';
import type { ReadLogo } from '@4geeks/billing/ports';
import { onAnswer } from '../thread-answer.ts';
import type { LogoAnswer } from './logo-worker.ts';

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
  const picture = upToEnd(file);
  if (!picture) return { status: 'rejected', reason: 'corrupt' };
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  if (width === 0 || height === 0) return { status: 'rejected', reason: 'corrupt' };
  if (width > logoLimits.width || height > logoLimits.height) {
    return { status: 'rejected', reason: 'too_many_pixels' };
  }
  const redrawn = await redraw(picture);
  if (!redrawn) return { status: 'rejected', reason: 'corrupt' };
  return { status: 'ok', width, height, ...redrawn };
};

/**
 * The file without what follows its last chunk.
 *
 * @returns null when it does not consist of whole chunks, one header first.
 */
function upToEnd(file: Buffer): Buffer | null {
  let at = signature.length;
  while (at + 12 <= file.length) {
    const end = at + 12 + file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    // A second header could claim another size.
    if ((type === 'IHDR') !== (at === signature.length) || end > file.length) return null;
    if (type === 'IHDR' && end - at !== 25) return null;
    if (type === 'IEND') return file.subarray(0, end);
    at = end;
  }
  return null;
}

/** Far more than the largest logo takes. */
const patienceMs = 10_000;

/**
 * In a thread of its own: the largest takes a second or two, in which nobody else shall wait, and
 * whatever a file does to its reader ends with the thread.
 */
function redraw(picture: Buffer): Promise<LogoAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./logo-worker.ts', import.meta.url), {
      workerData: new Uint8Array(picture),
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    const timer = setTimeout(() => void worker.terminate(), patienceMs);
    onAnswer<LogoAnswer>(worker, resolve);
    worker.on('error', () => resolve(null));
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}

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
