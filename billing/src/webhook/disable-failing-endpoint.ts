import type { SystemViewer } from '../access/viewer.ts';
import { lockRow } from '../access/lock.ts';
import { oweEmails } from '../notification/owe-email.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { giveUpPending } from './lock-endpoint.ts';
import { isLostCause } from './retry-schedule.ts';

/**
 * Disables an endpoint and mails the merchant's owners, in the merchant's language. Does nothing where
 * it is disabled already, or, for `FAILING`, has not failed for long enough.
 *
 * @param reason GONE: it said so itself, and is believed at once.
 */
export async function disableFailingEndpoint(
  billing: Billing,
  { merchantId, endpointId: id }: { merchantId: string; endpointId: string },
  reason: 'FAILING' | 'GONE',
): Promise<void> {
  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, async (transaction) => {
    const { database, record } = transaction;
    const now = billing.clock.now();
    await lockRow(database, 'WebhookEndpoint', { merchantId, id });
    const { url, disabledAt, failingSince, merchant } =
      await database.webhookEndpoint.findUniqueOrThrow({
        where: { merchantId_id: { merchantId, id } },
        include: {
          merchant: {
            include: { staffMembers: { where: { role: 'OWNER' }, include: { user: true } } },
          },
        },
      });
    if (disabledAt || (reason === 'FAILING' && !isLostCause(failingSince, now))) return;
    await database.webhookEndpoint.update({
      where: { id },
      data: { disabledAt: now, disabledReason: reason },
    });
    await giveUpPending(database, id);
    await record({
      merchantId,
      type: 'webhook_endpoint.disabled',
      objectType: 'webhook_endpoint',
      objectId: id,
      data: {
        host: new URL(url).host,
        reason,
        failingSince: failingSince?.toISOString() ?? null,
      },
    });
    await oweEmails(
      transaction,
      merchant.staffMembers.map((owner) => ({
        merchantId,
        staff: { email: owner.user.email, locale: merchant.locale },
        kind: 'WEBHOOK_DISABLED',
        // It may be enabled and fail again.
        dedupeKey: `webhook-disabled:${id}:${now.toISOString()}:${owner.id}`,
        webhookEndpointId: id,
      })),
    );
  });
}
