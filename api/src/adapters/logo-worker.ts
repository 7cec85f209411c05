/** The thread that decodes one logo (see logo.ts): a PNG in, the same picture as a clean PNG out. */
import { workerData } from 'node:worker_threads';
import { PNG } from 'pngjs';
import { postAnswer } from '../thread-answer.ts';

/** Null: its pixels cannot be read. */
export type LogoAnswer = { png: Uint8Array<ArrayBuffer>; transparent: boolean } | null;

/** Pixels, read in one go: pngjs' streams may fail where nobody can catch it, or never end. */
function redraw(file: Uint8Array): LogoAnswer {
  try {
    const image = PNG.sync.read(Buffer.from(file));
    const png = PNG.sync.write(image, { colorType: 6, deflateLevel: 9 });
    return { png: new Uint8Array(png), transparent: isTransparent(image.data) };
  } catch {
    return null;
  }
}

function isTransparent(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at]! < 255) return true;
  return false;
}

const answer = redraw(workerData as Uint8Array);
postAnswer<LogoAnswer>(answer, answer ? [answer.png.buffer] : []);
