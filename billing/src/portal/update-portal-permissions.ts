import type { PortalSettings } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor, PortalPermission } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Sets what customers may do in the portal: exactly `permissions`. Takes effect on the next request
 * and the next live message of every open portal.
 */
export async function updatePortalPermissions(
  billing: Billing,
  actor: Actor,
  { permissions }: { permissions: readonly PortalPermission[] },
): Promise<PortalSettings> {
  authorize(actor, { staff: 'portal:write', apiKey: 'portal:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    const settings = await database.portalSettings.update({
      where: { merchantId },
      data: {
        allowUpdatePaymentMethods: permissions.includes('UPDATE_PAYMENT_METHODS'),
        allowViewPaymentHistory: permissions.includes('VIEW_PAYMENT_HISTORY'),
        allowDownloadInvoices: permissions.includes('DOWNLOAD_INVOICES'),
        allowCancelSubscription: permissions.includes('CANCEL_SUBSCRIPTION'),
        version: { increment: 1 },
      },
    });
    await record({
      merchantId,
      type: 'portal.permissions_updated',
      objectType: 'portal',
      objectId: merchantId,
      data: { permissions: [...new Set(permissions)].sort() },
    });
    return settings;
  });
}
