import { collectInvoices, type CollectInvoiceInput } from '@4geeks/billing/invoice/collect-invoice';
import type { Billing } from '@4geeks/billing/ports';
import type { PlainSql, SqlRunner } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

async function owing(card?: 'visa' | 'visa_insufficient_funds' | null) {
  const customer = await merchant.customer({ card });
  await customer.subscription();
  const [invoice] = await customer.openInvoices();
  return { customer, input: collecting(invoice!.id) };
}

function collecting(invoiceId: string, merchantId = merchant.id): CollectInvoiceInput {
  return { merchantId, invoiceId, trigger: 'STAFF', attemptKey: `many:${invoiceId}` };
}

/** The statements that `work` sends in plain SQL, in order. */
async function statementsOf(work: (billing: Billing) => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const { sql } = t.billing.database;
  const heard = (runner: SqlRunner): SqlRunner => ({
    query(statement) {
      sent.push(statement.text.trim().split(/\s+/).slice(0, 3).join(' '));
      return runner.query(statement);
    },
  });
  const database = new Proxy(t.billing.database, {
    get: (client, name) =>
      name === 'sql'
        ? {
            ...heard(sql),
            transaction: ((work, finish) =>
              sql.transaction(
                (runner) => work(heard(runner)),
                finish && ((runner, done) => finish(heard(runner), done)),
              )) satisfies PlainSql['transaction'],
          }
        : (Reflect.get(client, name, client) as unknown),
  });
  await work({ ...t.billing, database });
  return sent;
}

describe('collecting many invoices', () => {
  it('answers for each, in order, and charges each once', async () => {
    const paying = await owing();
    const declining = await owing('visa_insufficient_funds');
    const without = await owing(null);
    const elsewhere = await t.seed.merchant();
    const other = await elsewhere.customer();
    await other.subscription();
    const [otherInvoice] = await other.openInvoices();
    const outcomes = await collectInvoices(t.billing, [
      declining.input,
      paying.input,
      collecting(otherInvoice!.id),
      paying.input,
      { ...paying.input, attemptKey: 'another' },
      without.input,
      collecting(otherInvoice!.id, elsewhere.id),
    ]);
    expect(outcomes).toEqual([
      'declined',
      'succeeded',
      'not_found',
      'already_attempted',
      'in_flight',
      'no_payment_method',
      'succeeded',
    ]);
    const statuses = async (customer: SeededCustomer) =>
      (await customer.invoices()).map(({ status, pastDueSince }) => [
        status,
        pastDueSince !== null,
      ]);
    expect(await statuses(paying.customer)).toEqual([['PAID', false]]);
    expect(await statuses(other)).toEqual([['PAID', false]]);
    expect(await statuses(declining.customer)).toEqual([['OPEN', true]]);
    expect(await statuses(without.customer)).toEqual([['OPEN', true]]);
    expect(await paying.customer.charges()).toHaveLength(1);
    expect(await other.charges()).toHaveLength(1);
    expect(await collectInvoices(t.billing, [paying.input])).toEqual(['already_attempted']);
  });

  it('records the others when the gateway gives no answer for one', async () => {
    const [lost, kept] = [await owing(), await owing()];
    t.faults.afterCharge = ({ idempotencyKey }) => {
      if (idempotencyKey === lost.input.attemptKey) throw new Error('timeout');
    };
    const outcomes = await collectInvoices(t.billing, [lost.input, kept.input]);
    delete t.faults.afterCharge;
    expect(outcomes).toEqual(['unknown', 'succeeded']);
    expect(await lost.customer.payments()).toMatchObject([{ status: 'PENDING' }]);
    expect(await kept.customer.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('begins many with the statements that one takes', async () => {
    const beginning = async (inputs: CollectInvoiceInput[]) => {
      const refuse = () => {
        throw new Error('not now');
      };
      t.faults.beforeRequest = (operation) => (operation === 'charge' ? refuse() : undefined);
      const sent = await statementsOf((billing) => collectInvoices(billing, inputs));
      delete t.faults.beforeRequest;
      return sent;
    };
    const one = await beginning([(await owing()).input]);
    const many = [await owing(), await owing(), await owing()];
    expect(await beginning(many.map(({ input }) => input))).toEqual(one);
  });

  it('collects one with a few statements', async () => {
    const { customer, input } = await owing();
    const sent = await statementsOf((billing) => collectInvoices(billing, [input]));
    expect(await customer.openInvoices()).toEqual([]);
    // Each begins with the merchant's clock; the rest is lock, read, write, events, jobs.
    expect(sent.length).toBeLessThanOrEqual(14);
  });
});
