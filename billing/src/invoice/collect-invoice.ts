import type { SystemViewer } from '../access/viewer.ts';
import { chargePayments } from '../payment/charge-payments.ts';
import type { SettledAs } from '../payment/settle-payment.ts';
import { inGroups } from '../in-groups.ts';
import type { Billing } from '../ports.ts';
import { byClock, clockOf } from '../test-clock/by-clock.ts';
import { inPlainTransaction, inTransaction } from '../transaction.ts';
import {
  beginAttempts,
  lockCustomersOf,
  type BegunAttempt,
  type CollectInvoiceInput,
  type NotAttempted,
} from './begin-attempts.ts';
import { recordUncollectable } from './record-failed-collection.ts';

export type { CollectInvoiceInput, NotAttempted } from './begin-attempts.ts';

export type CollectionOutcome = SettledAs | NotAttempted;

/**
 * Collects what is due on one invoice with the customer's default payment method, or with the
 * backup after the default has declined.
 *
 * Money never moves twice: the attempt is committed *before* the gateway is called, under the
 * invoice's lock and a unique index that allows one in flight. The answer is applied in a second
 * transaction; if this process dies in between, `recover-payments` settles the attempt by its key.
 *
 * @returns a decline as a value; `unknown` when the gateway gave no answer.
 */
export async function collectInvoice(
  billing: Billing,
  input: CollectInvoiceInput,
): Promise<CollectionOutcome> {
  const [outcome] = await collectInvoices(billing, [input]);
  return outcome!;
}

/**
 * The same for many invoices, of any merchants: their attempts begin in one transaction, several are
 * charged at once, and those that succeed are recorded together as their answers come.
 *
 * @returns one outcome for each input, in their order.
 * @throws AggregateError once the others are done, where some went wrong in a way that is no outcome;
 *   a single one throws its own error. Their attempts stay pending, for recovery.
 */
export async function collectInvoices(
  billing: Billing,
  inputs: readonly CollectInvoiceInput[],
): Promise<CollectionOutcome[]> {
  const results: (BegunAttempt | NotAttempted)[] = [];
  // By place: the same input may be given twice.
  const placed = inputs.map((input, place) => ({ merchantId: input.merchantId, input, place }));
  for (const part of await byClock(billing.database.sql, placed)) {
    const begun = await begin(
      billing,
      clockOf(billing, part),
      part.map(({ input }) => input),
    );
    for (const [index, { place }] of part.entries()) results[place] = begun[index]!;
  }
  for (const [place, input] of inputs.entries()) {
    if (results[place] === 'no_payment_method') {
      results[place] = await recordNoMethod(billing, input);
    }
  }
  const attempts = results.filter((result) => typeof result !== 'string');
  const settled = (await chargePayments(billing, attempts)).values();
  return results.map((result) => (typeof result === 'string' ? result : settled.next().value!));
}

const begin = inGroups((billing, inputs: readonly CollectInvoiceInput[]) =>
  inPlainTransaction(billing, systemOf(inputs[0]!), (transaction) =>
    beginAttempts(transaction, inputs),
  ),
);

/**
 * Begins again with the customer locked: a first method added meanwhile is used; one added from now
 * on finds the invoice past due and collects it.
 */
function recordNoMethod(
  billing: Billing,
  input: CollectInvoiceInput,
): Promise<BegunAttempt | NotAttempted> {
  return inTransaction(billing, systemOf(input), async (transaction) => {
    await lockCustomersOf(transaction.sql, [input]);
    const [begun] = await beginAttempts(transaction, [input]);
    if (begun === 'no_payment_method') {
      const invoice = await transaction.database.invoice.findUniqueOrThrow({
        where: { id: input.invoiceId },
      });
      await recordUncollectable(transaction, invoice, input.trigger);
    }
    return begun!;
  });
}

/** Events of jobs name no merchant as their actor: any of those with one clock will do. */
function systemOf({ merchantId }: { merchantId: string }): SystemViewer {
  return { kind: 'system', merchantId };
}
