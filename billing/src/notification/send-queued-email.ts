import type { Billing } from '../ports.ts';
import { hasTestClock } from '../test-clock/due-scope.ts';

/** How long a mail may wait before it is taken for lost. */
const lostAfterMs = 2 * 60_000;
const batchSize = 200;

/**
 * Enqueues mails whose job was lost (a queue restored from an older backup, retries used up). A
 * mail that is merely late gets a second job, which finds nothing to do.
 *
 * @returns how many were enqueued.
 */
export async function sendQueuedEmail(billing: Billing): Promise<number> {
  const before = new Date(billing.clock.now().getTime() - lostAfterMs);
  let enqueued = 0;
  for (let after = { createdAt: new Date(0), id: '' }; ;) {
    const batch = await billing.database.emailMessage.findMany({
      where: {
        status: 'QUEUED',
        createdAt: { gte: after.createdAt },
        AND: [
          // To nobody's customer: few, and none the worse for a second job.
          {
            OR: [{ createdAt: { lt: before } }, { customer: hasTestClock }, { customerId: null }],
          },
          after.id
            ? {
                OR: [
                  { createdAt: { gt: after.createdAt } },
                  { createdAt: after.createdAt, id: { gt: after.id } },
                ],
              }
            : {},
        ],
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, merchantId: true, createdAt: true },
      take: batchSize,
    });
    if (batch.length > 0) {
      await billing.enqueue(
        billing.database.sql,
        batch.map(({ id, merchantId }) => ({
          name: 'send-email',
          payload: { merchantId, emailMessageId: id },
          // The next sweep replaces this job rather than adding another.
          key: `send-email:${id}`,
        })),
      );
    }
    enqueued += batch.length;
    const last = batch.at(-1);
    if (!last || batch.length < batchSize) return enqueued;
    after = last;
  }
}
