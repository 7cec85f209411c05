import type { Merchant } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Decides what taxes everything that has no rate of its own, from the next invoice on.
 *
 * @param input.taxRateId null: that is not taxed.
 * @throws NotFoundError tax rate: it is not the merchant's, or archived.
 */
export async function setDefaultTaxRate(
  billing: Billing,
  actor: Actor,
  { taxRateId }: { taxRateId: string | null },
): Promise<Merchant> {
  authorize(actor, { staff: 'merchant:write', apiKey: 'merchant:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    await database.$queryRaw`
      SELECT id FROM "TaxRate" WHERE "merchantId" = ${merchantId}::uuid ORDER BY id
      FOR NO KEY UPDATE`;
    const merchant = await database.merchant.findUniqueOrThrow({ where: { id: merchantId } });
    const [before] = await database.taxRate.findMany({ where: { merchantId, isDefault: true } });
    if ((before?.id ?? null) === taxRateId) return merchant;
    const chosen =
      taxRateId === null
        ? null
        : await database.taxRate.findFirst({
            where: { merchantId, id: taxRateId, archivedAt: null },
          });
    if (taxRateId !== null && !chosen) throw new NotFoundError('tax rate');
    if (before) {
      await database.taxRate.update({ where: { id: before.id }, data: { isDefault: false } });
    }
    if (chosen) {
      await database.taxRate.update({ where: { id: chosen.id }, data: { isDefault: true } });
    }
    await record({
      merchantId,
      type: 'tax_rate.default_changed',
      objectType: 'tax_rate',
      objectId: (chosen ?? before)!.id,
      data: { name: chosen?.name ?? null },
    });
    return merchant;
  });
}
