import { Prisma, type Transaction, type WebhookEndpoint } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { NotFoundError } from '../errors.ts';

/**
 * Locks an endpoint for a change.
 *
 * @throws NotFoundError webhook endpoint, also where it was deleted
 */
export async function lockEndpoint(
  database: Transaction,
  key: { merchantId: string; id: string },
): Promise<WebhookEndpoint> {
  await lockRow(database, 'WebhookEndpoint', key);
  const endpoint = await database.webhookEndpoint.findUnique({ where: { merchantId_id: key } });
  if (!endpoint || endpoint.deletedAt) throw new NotFoundError('webhook endpoint');
  return endpoint;
}

/** Number of the newest event there is: an endpoint that begins now hears of those after it. */
export async function newestSequence(database: Transaction): Promise<bigint> {
  const [newest] = await database.$queryRaw<{ sequence: bigint | null }[]>(
    Prisma.sql`SELECT max(sequence) AS sequence FROM "Event"`,
  );
  return newest?.sequence ?? 0n;
}

/** Gives up whatever an endpoint that is disabled was still to be sent. */
export async function giveUpPending(
  database: Pick<Transaction, 'webhookDelivery'>,
  endpointId: string,
): Promise<void> {
  await database.webhookDelivery.updateMany({
    where: { endpointId, nextAttemptAt: { not: null } },
    data: { status: 'FAILED', nextAttemptAt: null, failure: 'ENDPOINT_DISABLED' },
  });
}
