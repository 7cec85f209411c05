import { randomUUID } from 'node:crypto';
import { columnsOf, Prisma, type PaymentMethod } from '@4geeks/prisma';
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
 * at once. Part of the caller's transaction, which holds the customer's lock. Choosing the method
 * that is the default already tries past-due invoices again too: the customer has asked for it.
 */
export async function makeDefault(
  transaction: PlainTransaction,
  method: PaymentMethod,
): Promise<PaymentMethod> {
  const [updated] = await makeDefaults(transaction, [{ method }]);
  return updated!;
}

/**
 * The same for several customers, one method each.
 *
 * @returns the methods as they now are, in the order of the choices.
 */
export async function makeDefaults(
  { sql, record, enqueue }: PlainTransaction,
  choices: readonly DefaultChoice[],
): Promise<PaymentMethod[]> {
  const methods = choices.map(({ method }) => method);
  const ids = methods.map(({ id }) => id);
  const customers = methods.map(({ merchantId, customerId: id }) => ({ merchantId, id }));
  // One after the other: the database allows a customer one default at a time.
  const [, rows, awaiting] = await Promise.all([
    sql.query(Prisma.sql`
      UPDATE "PaymentMethod" AS method SET "isDefault" = false FROM ${rowsNamed(customers)}
      WHERE method."customerId" = asked.id AND method."merchantId" = asked."merchantId"
        AND method."isDefault" AND method.id <> ALL(${ids}::uuid[])`),
    // The default is no backup of itself.
    sql.query<PaymentMethod>(Prisma.sql`
      UPDATE "PaymentMethod" AS method SET "isDefault" = true, "isBackup" = false
      FROM ${rowsNamed(methods)}
      WHERE method.id = asked.id AND method."merchantId" = asked."merchantId"
      RETURNING ${columnsOf(Prisma.PaymentMethodScalarFieldEnum, 'method')}`),
    findInvoicesAwaitingMethod(sql, customers),
  ]);
  const updated = new Map(rows.map((row) => [row.id, row]));
  return Promise.all(
    choices.map(async ({ method, by }) => {
      const { id, merchantId, customerId, brand, last4 } = method;
      const now = updated.get(id);
      if (!now) throw new Error(`Payment method ${id} is gone`);
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
      return now;
    }),
  );
}
