import type { TaxRate } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockTaxRates } from './lock-tax-rates.ts';
import { checkTaxRateName } from './tax-rate-name.ts';

/**
 * Gives a tax rate another name. Invoices keep the one they were issued with.
 *
 * @throws NotFoundError tax rate
 * @throws InvalidInputError NAME_INVALID
 */
export async function updateTaxRate(
  billing: Billing,
  actor: Actor,
  input: { taxRateId: string; name: string },
): Promise<TaxRate> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const name = checkTaxRateName(input.name);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const before = await lockTaxRates(transaction, { merchantId, id: input.taxRateId });
    if (before.name === name) return before;
    const taxRate = await database.taxRate.update({ where: { id: before.id }, data: { name } });
    await record({
      merchantId,
      type: 'tax_rate.updated',
      objectType: 'tax_rate',
      objectId: taxRate.id,
      data: { name },
    });
    return taxRate;
  });
}
