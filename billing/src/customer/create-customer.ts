import type { Customer, Locale } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { parseEmailAddress } from './email-address.ts';
import { checkCustomerProfile, type CustomerProfileInput } from './profile.ts';

export interface CreateCustomerInput extends CustomerProfileInput {
  name: string;
  email: string;
  locale: Locale;
}

/**
 * Two customers may share an address: sign-in then asks which one.
 *
 * @throws InvalidInputError NAME_REQUIRED, EMAIL_INVALID, COUNTRY_INVALID, TOO_LONG
 */
export async function createCustomer(
  billing: Billing,
  actor: Actor,
  input: CreateCustomerInput,
): Promise<Customer> {
  authorize(actor, { staff: 'customers:write', apiKey: 'customers:write' });
  const { merchantId } = actor;
  const { locale, ...profile } = checkCustomerProfile(input);
  const { email, emailNormalized } = parseEmailAddress(input.email);

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const customer = await database.customer.create({
      data: {
        ...profile,
        merchantId,
        name: profile.name ?? input.name,
        email,
        emailNormalized,
        locale: locale ?? input.locale,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      customerId: customer.id,
      type: 'customer.created',
      objectType: 'customer',
      objectId: customer.id,
      data: { name: customer.name },
    });
    return customer;
  });
}
