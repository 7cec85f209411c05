import { columnsOf, Prisma, type PaymentMethod, type SqlRunner } from '@4geeks/prisma';
import { lockRows, rowsNamed } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor, CustomerViewer } from '../access/viewer.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import { inGroups } from '../in-groups.ts';
import { findInvoicesAwaitingMethod } from '../invoice/invoices-awaiting-method.ts';
import type { Billing } from '../ports.ts';
import { clockOf } from '../test-clock/by-clock.ts';
import { inPlainTransaction } from '../transaction.ts';
import { makeDefaults } from './make-default.ts';

/**
 * Chooses what is charged from now on. Every open past-due invoice is collected with it at once,
 * by a job, outside the dunning budget.
 *
 * @throws NotFoundError payment method
 */
export async function setDefaultPaymentMethod(
  billing: Billing,
  actor: Actor,
  { paymentMethodId }: { paymentMethodId: string },
): Promise<PaymentMethod> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const [method] = await choose(billing, clockOf(billing, [actor]), [{ actor, paymentMethodId }]);
  if (!method) throw new NotFoundError('payment method');
  return method;
}

interface Choice {
  actor: CustomerViewer;
  paymentMethodId: string;
}

/** What several customers choose at the same moment; null where there is no such method. */
const choose = inGroups((billing, choices: readonly Choice[]) => {
  const customers = choices.map(({ actor }) => ({
    merchantId: actor.merchantId,
    id: actor.customerId,
  }));
  // Of one customer's two choices the second has to see the first: they are made one by one.
  if (new Set(customers.map(({ id }) => id)).size < choices.length) {
    throw new Error('Two choices of one customer.');
  }
  return inPlainTransaction(billing, choices[0]!.actor, async (transaction) => {
    const [, chosen, awaiting] = await Promise.all([
      lockRows(transaction.sql, 'Customer', customers),
      readChosen(transaction.sql, choices),
      findInvoicesAwaitingMethod(transaction.sql, customers),
    ]);
    const found = chosen.flatMap((method, place) =>
      method ? [{ method, by: choices[place]!.actor }] : [],
    );
    const made = (await makeDefaults(transaction, found, awaiting)).values();
    return chosen.map((method) => method && made.next().value!);
  });
});

/** @returns the method of each choice, in their order; null where the customer has none such. */
async function readChosen(
  sql: SqlRunner,
  choices: readonly Choice[],
): Promise<(PaymentMethod | null)[]> {
  const asked = choices.map(({ actor, paymentMethodId }) => ({
    merchantId: actor.merchantId,
    id: paymentMethodId,
  }));
  const rows = await sql.query<PaymentMethod>(Prisma.sql`
    SELECT ${columnsOf(Prisma.PaymentMethodScalarFieldEnum, 'method')}
    FROM "PaymentMethod" AS method
    JOIN ${rowsNamed(asked)} ON asked.id = method.id AND asked."merchantId" = method."merchantId"
    WHERE method."removedAt" IS NULL`);
  return choices.map(
    ({ actor, paymentMethodId }) =>
      rows.find(
        ({ id, customerId }) => id === paymentMethodId && customerId === actor.customerId,
      ) ?? null,
  );
}
