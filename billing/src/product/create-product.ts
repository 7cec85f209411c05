import type { Locale, Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

export interface CreateProductInput {
  name: string;
  description?: string;
  /** Names in further languages, shown to customers who read them. */
  translations?: readonly { locale: Locale; name: string; description?: string }[];
}

/** @throws InvalidInputError NAME_REQUIRED */
export async function createProduct(
  billing: Billing,
  actor: Actor,
  input: CreateProductInput,
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const name = input.name.trim();
  if (name === '') throw new InvalidInputError('name', 'NAME_REQUIRED', 'Enter a name.');

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const product = await database.product.create({
      data: { merchantId, name, description: input.description ?? '', createdAt: now },
    });
    if (input.translations?.length) {
      await database.productTranslation.createMany({
        data: input.translations.map((translation) => ({
          ...translation,
          merchantId,
          productId: product.id,
        })),
      });
    }
    await record({
      merchantId,
      type: 'product.created',
      objectType: 'product',
      objectId: product.id,
      data: { name },
    });
    return product;
  });
}
