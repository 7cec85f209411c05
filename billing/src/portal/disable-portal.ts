import type { PortalSettings } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/** Switches the portal off: its address stays reserved, its sessions open nothing meanwhile. */
export async function disablePortal(billing: Billing, actor: Actor): Promise<PortalSettings> {
  authorize(actor, { staff: 'portal:write', apiKey: 'portal:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    const before = await database.portalSettings.findUniqueOrThrow({ where: { merchantId } });
    if (!before.enabled) return before;
    const settings = await database.portalSettings.update({
      where: { merchantId },
      data: { enabled: false, version: { increment: 1 } },
    });
    await record({
      merchantId,
      type: 'portal.disabled',
      objectType: 'portal',
      objectId: merchantId,
      data: {},
    });
    return settings;
  });
}
