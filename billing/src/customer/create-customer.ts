import type { Customer, Locale } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { parseEmailAddress } from './email-address.ts';

export interface CreateCustomerInput {
  name: string;
  /** Where mails go and what the customer signs in with. */
  email: string;
  locale: Locale;
  /** Postal address, lines separated by newlines. */
  address?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  taxId?: string;
}

/**
 * Two customers may share an address: sign-in then asks which one.
 *
 * @throws InvalidInputError NAME_REQUIRED, EMAIL_INVALID
 */
export async function createCustomer(
  billing: Billing,
  actor: Actor,
  input: CreateCustomerInput,
): Promise<Customer> {
  authorize(actor, { staff: 'customers:write', apiKey: 'customers:write' });
  const { merchantId } = actor;
  const name = input.name.trim();
  if (name === '') throw new InvalidInputError('name', 'NAME_REQUIRED', 'Enter a name.');
  const { email, emailNormalized } = parseEmailAddress(input.email);

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const customer = await database.customer.create({
      data: {
        merchantId,
        name,
        email,
        emailNormalized,
        locale: input.locale,
        address: input.address ?? '',
        country: input.country ?? null,
        taxId: input.taxId ?? null,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      customerId: customer.id,
      type: 'customer.created',
      objectType: 'customer',
      objectId: customer.id,
      data: { name },
    });
    return customer;
  });
}
