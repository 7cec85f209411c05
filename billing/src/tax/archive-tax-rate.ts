import type { TaxRate } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockTaxRates } from './lock-tax-rates.ts';

/**
 * From now on nobody chooses it. Prices and drafts that have it go on being taxed by it. The default
 * is not archived: another becomes the default first, or none.
 *
 * @throws NotFoundError tax rate
 * @throws ConflictError ALREADY_ARCHIVED, TAX_RATE_IS_DEFAULT
 */
export async function archiveTaxRate(
  billing: Billing,
  actor: Actor,
  { taxRateId }: { taxRateId: string },
): Promise<TaxRate> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const { archivedAt, isDefault } = await lockTaxRates(transaction, {
      merchantId,
      id: taxRateId,
    });
    if (archivedAt)
      throw new ConflictError('ALREADY_ARCHIVED', 'The tax rate is archived already.');
    if (isDefault) {
      throw new ConflictError('TAX_RATE_IS_DEFAULT', 'What has no rate of its own is taxed by it.');
    }
    const taxRate = await database.taxRate.update({
      where: { id: taxRateId },
      data: { archivedAt: now },
    });
    await record({
      merchantId,
      type: 'tax_rate.archived',
      objectType: 'tax_rate',
      objectId: taxRateId,
      data: { name: taxRate.name },
    });
    return taxRate;
  });
}
