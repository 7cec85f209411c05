/** How notices travel in Postgres NOTIFY payloads, which may hold fewer than 8000 bytes. */
import { z } from 'zod';

/** An event's name without its data. */
export interface EventNotice {
  id: string;
  sequence: bigint;
  merchantId: string;
  customerId: string | null;
  type: string;
  objectType: string;
  objectId: string;
}

const maxPayloadBytes = 7900;

const headOf = (from: string) => `{"from":${JSON.stringify(from)},"events":[`;

/** Whether a payload was sent by `from`; without reading it. */
export const isFrom = (from: string, text: string): boolean => text.startsWith(headOf(from));

const row = z.tuple([
  z.string(),
  z.string().regex(/^\d+$/),
  z.string(),
  z.string().nullable(),
  z.string(),
  z.string(),
  z.string(),
]);
const payload = z.object({ from: z.string(), events: z.array(row) });

/** @returns as few payloads as hold them all. */
export function encodeNotices(from: string, notices: readonly EventNotice[]): string[] {
  const head = headOf(from);
  const payloads: string[] = [];
  let rows: string[] = [];
  let size = 0;
  const flush = () => {
    if (rows.length > 0) payloads.push(`${head}${rows.join(',')}]}`);
    rows = [];
    size = head.length + 2;
  };
  flush();
  for (const notice of notices) {
    const text = JSON.stringify([
      notice.id,
      notice.sequence.toString(),
      notice.merchantId,
      notice.customerId,
      notice.type,
      notice.objectType,
      notice.objectId,
    ]);
    const bytes = Buffer.byteLength(text) + 1;
    if (size + bytes > maxPayloadBytes) flush();
    rows.push(text);
    size += bytes;
  }
  flush();
  return payloads;
}

/** @returns null for what is not ours (a newer version's, a stranger's). */
export function decodeNotices(text: string): { from: string; notices: EventNotice[] } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = payload.safeParse(value);
  if (!parsed.success) return null;
  return {
    from: parsed.data.from,
    notices: parsed.data.events.map(
      ([id, sequence, merchantId, customerId, type, objectType, objectId]) => ({
        id,
        sequence: BigInt(sequence),
        merchantId,
        customerId,
        type,
        objectType,
        objectId,
      }),
    ),
  };
}
