import { randomUUID } from 'node:crypto';
import { Prisma, type PaymentMethod } from '@4geeks/prisma';
import type { Actor } from '../access/viewer.ts';
import { rowsNamed } from '../access/lock.ts';
import { findInvoicesAwaitingMethod } from '../invoice/invoices-awaiting-method.ts';
import type { PlainTransaction } from '../transaction.ts';

/** A method to be charged from now on. */
export interface DefaultChoice {
  method: PaymentMethod;
  /** Who chose it, where that is not the transaction's actor. */
  by?: Actor;
}

/**
 * Makes `method` the customer's default and, where invoices are past due, enqueues their collection
 * at once. Part of the caller's transaction, which read the method under the customer's lock. Choosing the method
 * that is the default already tries past-due invoices again too: the customer has asked for it.
 */
export async function makeDefault(
  transaction: PlainTransaction,
  method: PaymentMethod,
): Promise<PaymentMethod> {
  const { merchantId, customerId: id } = method;
  const awaiting = await findInvoicesAwaitingMethod(transaction.sql, [{ merchantId, id }]);
  const [updated] = await makeDefaults(transaction, [{ method }], awaiting);
  return updated!;
}

/**
 * The same for several customers, one method each.
 *
 * @param awaiting the invoices to be collected, by customer; read under the customers' locks.
 * @returns the methods as they now are, in the order of the choices.
 */
export async function makeDefaults(
  { send, record, enqueue }: PlainTransaction,
  choices: readonly DefaultChoice[],
  awaiting: ReadonlyMap<string, string[]>,
): Promise<PaymentMethod[]> {
  const methods = choices.map(({ method }) => method);
  const ids = methods.map(({ id }) => id);
  const customers = methods.map(({ merchantId, customerId: id }) => ({ merchantId, id }));
  // One after the other: the database allows a customer one default at a time.
  send(Prisma.sql`
    UPDATE "PaymentMethod" AS method SET "isDefault" = false FROM ${rowsNamed(customers)}
    WHERE method."customerId" = asked.id AND method."merchantId" = asked."merchantId"
      AND method."isDefault" AND method.id <> ALL(${ids}::uuid[])`);
  // The default is no backup of itself.
  send(Prisma.sql`
    UPDATE "PaymentMethod" AS method SET "isDefault" = true, "isBackup" = false
    FROM ${rowsNamed(methods)}
    WHERE method.id = asked.id AND method."merchantId" = asked."merchantId"`);
  return Promise.all(
    choices.map(async ({ method, by }) => {
      const { id, merchantId, customerId, brand, last4 } = method;
      if (!method.isDefault) {
        await record(
          {
            merchantId,
            customerId,
            type: 'payment_method.default_changed',
            objectType: 'payment_method',
            objectId: id,
            data: { brand, last4 },
          },
          by,
        );
      }
      const invoiceIds = awaiting.get(customerId) ?? [];
      if (invoiceIds.length > 0) {
        await enqueue({
          name: 'collect-past-due-invoices',
          payload: { merchantId, customerId, requestId: randomUUID(), invoiceIds },
        });
      }
      return { ...method, isDefault: true, isBackup: false };
    }),
  );
}
