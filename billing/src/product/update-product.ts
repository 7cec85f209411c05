import type { Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockProduct } from './lock-product.ts';
import {
  checkProductDescription,
  checkProductName,
  checkTranslations,
  type ProductTranslationInput,
} from './product-text.ts';

/** Absent or null: stays as it is. */
export interface UpdateProductInput {
  productId: string;
  name?: string | null;
  description?: string | null;
  /** All of them from then on: a language that is not named goes. */
  translations?: readonly ProductTranslationInput[] | null;
}

/**
 * Changes what a product is called and how it is described. Invoices that were issued keep the name
 * they were issued with.
 *
 * @throws NotFoundError product
 * @throws InvalidInputError NAME_REQUIRED, TOO_LONG, LOCALE_REPEATED
 */
export async function updateProduct(
  billing: Billing,
  actor: Actor,
  input: UpdateProductInput,
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const { productId } = input;
  const name = input.name == null ? null : checkProductName(input.name);
  const description = input.description == null ? null : checkProductDescription(input.description);
  const translations = input.translations == null ? null : checkTranslations(input.translations);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    await lockProduct(transaction, { merchantId, id: productId });
    if (translations) {
      await database.productTranslation.deleteMany({ where: { merchantId, productId } });
      await database.productTranslation.createMany({
        data: translations.map((text) => ({ ...text, merchantId, productId })),
      });
    }
    const product = await database.product.update({
      where: { id: productId },
      data: {
        ...(name === null ? {} : { name }),
        ...(description === null ? {} : { description }),
      },
    });
    await record({
      merchantId,
      type: 'product.updated',
      objectType: 'product',
      objectId: productId,
      data: { name: product.name },
    });
    return product;
  });
}
