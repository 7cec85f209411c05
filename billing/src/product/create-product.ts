import type { Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import {
  checkProductDescription,
  checkProductName,
  checkTranslations,
  type ProductTranslationInput,
} from './product-text.ts';

export interface CreateProductInput {
  name: string;
  description?: string | null;
  /** Names in further languages, shown to customers who read them. */
  translations?: readonly ProductTranslationInput[] | null;
}

/** @throws InvalidInputError NAME_REQUIRED, TOO_LONG, LOCALE_REPEATED */
export async function createProduct(
  billing: Billing,
  actor: Actor,
  input: CreateProductInput,
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const name = checkProductName(input.name);
  const description = checkProductDescription(input.description ?? '');
  const translations = checkTranslations(input.translations ?? []);

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const product = await database.product.create({
      data: { merchantId, name, description, createdAt: now },
    });
    await database.productTranslation.createMany({
      data: translations.map((text) => ({ ...text, merchantId, productId: product.id })),
    });
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
