import { createHash } from 'node:crypto';

import type { BlobStore } from '@4geeks/billing/ports';

/** The blob port in memory. */
export function memoryBlobs(): BlobStore {
  const kept = new Map<string, { contentType: string; bytes: Uint8Array }>();
  return {
    async put(merchantId, contentType, bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      kept.set(`${merchantId} ${hash}`, { contentType, bytes });
      return hash;
    },
    async get(merchantId, hash) {
      return kept.get(`${merchantId} ${hash}`) ?? null;
    },
  };
}
