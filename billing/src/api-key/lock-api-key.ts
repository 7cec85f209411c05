import type { ApiKey } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { TenantActor } from '../access/rule.ts';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/** @throws NotFoundError where the actor's merchant has no such key. */
export async function lockApiKey(
  { database }: BillingTransaction,
  { merchantId }: TenantActor,
  id: string,
): Promise<ApiKey> {
  if (!(await lockRow(database, 'ApiKey', { merchantId, id }))) throw new NotFoundError('apiKey');
  return database.apiKey.findUniqueOrThrow({ where: { merchantId_id: { merchantId, id } } });
}
