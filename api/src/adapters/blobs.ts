import { createHash } from 'node:crypto';

import type { BlobStore } from '@4geeks/billing/ports';
import type { Database } from '@4geeks/prisma';

/** Keeps blobs in the database. */
export function createBlobStore(database: Database): BlobStore {
  return {
    async put(merchantId, contentType, bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      await database.blob.createMany({
        data: [{ merchantId, hash, contentType, bytes: new Uint8Array(bytes) }],
        skipDuplicates: true,
      });
      return hash;
    },

    get: (merchantId, hash) =>
      database.blob.findUnique({
        where: { merchantId_hash: { merchantId, hash } },
        select: { contentType: true, bytes: true },
      }),
  };
}
