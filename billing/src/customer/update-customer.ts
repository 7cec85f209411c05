import type { Customer } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkCustomerProfile, type CustomerProfileInput } from './profile.ts';

/** Absent or null: stays as it is. */
export interface UpdateCustomerInput extends CustomerProfileInput {
  customerId: string;
}

/**
 * Changes what is kept of a customer. Finalized invoices and mails that were sent stay as they are.
 * A new address signs out whoever signed in with the old one, and links sent there sign nobody in.
 *
 * @throws NotFoundError customer
 * @throws InvalidInputError NAME_REQUIRED, EMAIL_INVALID, COUNTRY_INVALID, TOO_LONG
 */
export async function updateCustomer(
  billing: Billing,
  actor: Actor,
  { customerId, ...input }: UpdateCustomerInput,
): Promise<Customer> {
  authorize(actor, { staff: 'customers:write', apiKey: 'customers:write' });
  const { merchantId } = actor;
  const profile = checkCustomerProfile(input);

  return inTransaction(billing, actor, async ({ database, record }) => {
    if (!(await lockRow(database, 'Customer', { merchantId, id: customerId }))) {
      throw new NotFoundError('customer');
    }
    const before = await database.customer.findUniqueOrThrow({ where: { id: customerId } });
    const changed = (Object.keys(profile) as (keyof typeof profile)[]).filter(
      (field) => profile[field] !== before[field],
    );
    if (changed.length === 0) return before;
    const customer = await database.customer.update({ where: { id: customerId }, data: profile });
    if (changed.includes('emailNormalized')) {
      await database.portalSession.updateMany({
        where: { merchantId, customerId, revokedAt: null },
        // Sessions go by the wall clock.
        data: { revokedAt: billing.clock.now() },
      });
    }
    await record({
      merchantId,
      customerId,
      type: 'customer.updated',
      objectType: 'customer',
      objectId: customerId,
      // What changed, not to what: the feed is no place for addresses.
      data: { changed: changed.filter((field) => field !== 'emailNormalized') },
    });
    return customer;
  });
}
