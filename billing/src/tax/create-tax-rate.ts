import type { TaxRate } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkTaxRateName } from './tax-rate-name.ts';

export interface CreateTaxRateInput {
  /** As printed: IVA, MwSt., Sales tax. */
  name: string;
  /** Parts per million, 0 to 1000000: 210000 = 21 %. */
  ratePpm: number;
  /** Whether prices contain it. */
  inclusive: boolean;
  /** ISO 3166-1 alpha-2, upper case: where it is levied, for reports. It chooses nothing. */
  country?: string | null;
  /** A part of that country. */
  region?: string | null;
}

/**
 * A tax rate. Rate and kind do not change afterwards: a new law is a new rate.
 *
 * @throws InvalidInputError NAME_INVALID, RATE_INVALID, COUNTRY_INVALID, REGION_INVALID
 */
export async function createTaxRate(
  billing: Billing,
  actor: Actor,
  input: CreateTaxRateInput,
): Promise<TaxRate> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const { ratePpm, inclusive, country = null } = input;
  const name = checkTaxRateName(input.name);
  if (!Number.isInteger(ratePpm) || ratePpm < 0 || ratePpm > 1_000_000) {
    throw new InvalidInputError('ratePpm', 'RATE_INVALID', 'Use 0 to 1000000 parts per million.');
  }
  if (country !== null && !/^[A-Z]{2}$/.test(country)) {
    throw new InvalidInputError('country', 'COUNTRY_INVALID', 'Use an ISO 3166-1 code such as ES.');
  }
  const region = input.region?.trim() || null;
  if (region !== null && (country === null || region.length > 50)) {
    throw new InvalidInputError('region', 'REGION_INVALID', 'Up to 50 characters, of a country.');
  }

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const taxRate = await database.taxRate.create({
      data: { merchantId, name, ratePpm, inclusive, country, region, createdAt: now },
    });
    await record({
      merchantId,
      type: 'tax_rate.created',
      objectType: 'tax_rate',
      objectId: taxRate.id,
      data: { name, ratePpm, inclusive },
    });
    return taxRate;
  });
}
