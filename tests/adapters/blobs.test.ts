import { createHash } from 'node:crypto';

import { createBlobStore } from '@4geeks/api/adapters/blobs';
import { openDatabase } from '@4geeks/prisma';
import { expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url } = await testDatabase();
const database = openDatabase({ url });
cleanUp(() => database.$disconnect());
const blobs = createBlobStore(database);

async function createMerchant(name: string): Promise<string> {
  const { id } = await database.merchant.create({
    data: { name, currency: 'EUR', supportEmail: 'help@acme.example', invoicePrefix: name },
  });
  return id;
}

it('keeps bytes once per content and merchant', async () => {
  const [acme, other] = await Promise.all(['ACME', 'OTHER'].map(createMerchant));
  const bytes = Buffer.from('logo');
  const hash = await blobs.put(acme!, 'image/png', bytes);
  expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(await blobs.put(acme!, 'image/png', bytes)).toBe(hash);
  const read = await blobs.get(acme!, hash);
  expect(read?.contentType).toBe('image/png');
  expect(Buffer.from(read!.bytes)).toEqual(bytes);
  expect(await blobs.get(other!, hash)).toBeNull();
  expect(await database.blob.count()).toBe(1);
});
