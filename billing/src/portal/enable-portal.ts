import { randomInt } from 'node:crypto';
import type { PortalSettings } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

const slugLetters = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * Switches the portal on. The first time, its unique address is generated; it is kept from then on,
 * so that links already shared work again after switching off and on.
 */
export async function enablePortal(billing: Billing, actor: Actor): Promise<PortalSettings> {
  authorize(actor, { staff: 'portal:write', apiKey: 'portal:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    const before = await database.portalSettings.findUniqueOrThrow({ where: { merchantId } });
    if (before.enabled) return before;
    const settings = await database.portalSettings.update({
      where: { merchantId },
      data: {
        enabled: true,
        slug: before.slug ?? newSlug(before.companyName),
        version: { increment: 1 },
      },
    });
    await record({
      merchantId,
      type: 'portal.enabled',
      objectType: 'portal',
      objectId: merchantId,
      data: { slug: settings.slug },
    });
    return settings;
  });
}

/** The company's name in plain letters with a random end, unique in practice and by index. */
function newSlug(companyName: string): string {
  const name = companyName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '-')
    .slice(0, 40);
  const end = Array.from({ length: 6 }, () => slugLetters[randomInt(slugLetters.length)]).join('');
  return name === '' ? end : `${name}-${end}`;
}
