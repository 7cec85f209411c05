import { columnsOf, Prisma, type PaymentMethod, type SqlRunner } from '@4geeks/prisma';
import { lockRows, rowsNamed } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor, CustomerViewer } from '../access/viewer.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import { inGroups } from '../in-groups.ts';
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
    const [, methods] = await Promise.all([
      lockRows(transaction.sql, 'Customer', customers),
      readMethods(transaction.sql, choices),
    ]);
    const found = choices.flatMap(({ actor, paymentMethodId }) => {
      const method = methods.get(paymentMethodId);
      return method && method.customerId === actor.customerId ? [{ method, by: actor }] : [];
    });
    const made = await makeDefaults(transaction, found);
    const byId = new Map(made.map((method) => [method.id, method]));
    return choices.map(({ actor, paymentMethodId }) => {
      const method = byId.get(paymentMethodId);
      return method?.customerId === actor.customerId ? method : null;
    });
  });
});

/** Those that are there, of whichever customer. */
async function readMethods(
  sql: SqlRunner,
  choices: readonly Choice[],
): Promise<ReadonlyMap<string, PaymentMethod>> {
  const asked = choices.map(({ actor, paymentMethodId }) => ({
    merchantId: actor.merchantId,
    id: paymentMethodId,
  }));
  const rows = await sql.query<PaymentMethod>(Prisma.sql`
    SELECT ${columnsOf(Prisma.PaymentMethodScalarFieldEnum, 'method')}
    FROM "PaymentMethod" AS method
    JOIN ${rowsNamed(asked)} ON asked.id = method.id AND asked."merchantId" = method."merchantId"
    WHERE method."removedAt" IS NULL`);
  return new Map(rows.map((row) => [row.id, row]));
}
