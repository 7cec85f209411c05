/** Many subscriptions due at once, any number of workers, and whatever interrupts them. */
import { renewDueSubscriptions } from '@4geeks/billing/subscription/renew-due-subscriptions';
import { dueSubscriptions } from '@4geeks/billing/subscription/take-due-subscriptions';
import type { Billing } from '@4geeks/billing/ports';
import { describe, expect, it } from 'vitest';

import { testBilling, type TestBilling } from '../testkit/billing.ts';
import { copySubscription } from '../testkit/many-subscriptions.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

/** A merchant with a paid subscription so many times, all due together in a month. */
async function merchantWith(t: TestBilling, count: number) {
  const merchant = await t.seed.merchant();
  const ada = await merchant.customer();
  const { id } = await ada.subscription();
  await t.drain();
  const copies = await copySubscription(t.database.sql, id, count - 1);
  return { merchant, ada, ids: [id, ...copies] };
}

/** What was billed since, by subscription, and how: each once, and all of it collected. */
async function expectBilledOnce(
  t: TestBilling,
  ids: readonly string[],
  since: Date,
  periods = 1,
): Promise<void> {
  const rows = await t.database.sql<{ id: string; invoices: number; charges: number }>(
    `select s.id,
       count(distinct i.id)::int as invoices,
       count(distinct c.id) filter (where c.status = 'succeeded')::int as charges,
       count(distinct e.id)::int as events
     from "Subscription" s
     left join "Invoice" i on i."subscriptionId" = s.id and i."createdAt" > $2 and i.status = 'PAID'
     left join "Payment" p on p."invoiceId" = i.id
     left join sandbox_gateway.charge c on c.idempotency_key = p."idempotencyKey"
     left join "Event" e on e."objectId" = s.id and e.type = 'subscription.renewed'
     where s.id = any($1::uuid[]) group by s.id`,
    [ids, since],
  );
  expect(rows).toHaveLength(ids.length);
  const wrong = rows.filter((row) => row.invoices !== periods || row.charges !== periods);
  expect(wrong).toEqual([]);
}

async function expectNumbersWithoutGaps(t: TestBilling, { id }: SeededMerchant): Promise<void> {
  const { nextInvoiceNumber } = await t.billing.database.merchant.findUniqueOrThrow({
    where: { id },
  });
  const invoices = await t.billing.database.invoice.findMany({
    where: { merchantId: id },
    select: { number: true },
  });
  expect(invoices.map(({ number }) => Number(number?.split('-')[1])).sort((a, b) => a - b)).toEqual(
    Array.from({ length: nextInvoiceNumber - 1 }, (_, index) => index + 1),
  );
}

describe('a renewal run', () => {
  it('by several workers at once renews each once, with numbers in a row', async () => {
    const t = await testBilling();
    const first = await merchantWith(t, 180);
    const second = await merchantWith(t, 80);
    const since = t.clock.now();
    t.clock.advance({ days: 31 });
    const workers = [t, t.another(), t.another()];
    const done = await Promise.all(workers.map(({ billing }) => renewDueSubscriptions(billing)));
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(260);
    await Promise.all(workers.map(({ drain }) => drain()));
    await expectBilledOnce(t, [...first.ids, ...second.ids], since);
    await expectNumbersWithoutGaps(t, first.merchant);
    await expectNumbersWithoutGaps(t, second.merchant);
    const mails = await t.database.sql<{ kind: string; status: string; count: number }>(
      `select kind, status, count(*)::int from "EmailMessage" where "createdAt" > $1
       group by kind, status order by kind`,
      [since],
    );
    expect(mails).toEqual([
      { kind: 'INVOICE_CREATED', status: 'SENT', count: 260 },
      { kind: 'PAYMENT_RECEIPT', status: 'SENT', count: 260 },
    ]);
  }, 120_000);

  it('bills each of several periods, in their order', async () => {
    const t = await testBilling();
    const { ids, merchant } = await merchantWith(t, 12);
    const since = t.clock.now();
    t.clock.advance({ days: 92 });
    await Promise.all([t, t.another()].map(({ billing }) => renewDueSubscriptions(billing)));
    await t.drain();
    await expectBilledOnce(t, ids, since, 3);
    await expectNumbersWithoutGaps(t, merchant);
    const invoices = await t.billing.database.invoice.findMany({
      where: { subscriptionId: { in: ids } },
      orderBy: [{ subscriptionId: 'asc' }, { periodStart: 'asc' }],
    });
    for (const [index, invoice] of invoices.entries()) {
      const next = invoices[index + 1];
      if (next?.subscriptionId !== invoice.subscriptionId) continue;
      expect(next.periodStart).toEqual(invoice.periodEnd);
      expect(next.number! > invoice.number!).toBe(true);
    }
  });

  it('does what is common and what is not in one batch', async () => {
    const t = await testBilling();
    const { ids, merchant, ada } = await merchantWith(t, 6);
    const { database } = t.billing;
    const [plain, ending, changing, credited, free] = ids as [
      string,
      string,
      string,
      string,
      string,
    ];
    const since = t.clock.now();
    await database.subscription.update({
      where: { id: ending },
      data: { cancelAtPeriodEnd: true, canceledAt: since },
    });
    const { merchantId, priceId } = await database.subscriptionItem.findFirstOrThrow({
      where: { subscriptionId: changing },
    });
    await database.subscriptionScheduledItem.create({
      data: { merchantId, subscriptionId: changing, priceId, quantity: 3 },
    });
    // One customer with two subscriptions, and credit for one and a half of their invoices.
    const { customerId } = await database.subscription.findUniqueOrThrow({
      where: { id: credited },
    });
    await database.subscription.update({ where: { id: free }, data: { customerId } });
    await database.balanceEntry.create({
      data: {
        merchantId,
        customerId,
        currency: 'EUR',
        amountMinor: 4900n + 2400n,
        reason: 'PRORATION',
      },
    });
    t.clock.advance({ days: 31 });
    expect(await renewDueSubscriptions(t.billing)).toBe(6);
    await t.drain();
    const invoiceOf = (subscriptionId: string) =>
      database.invoice.findMany({ where: { subscriptionId, createdAt: { gt: since } } });
    expect(await invoiceOf(plain)).toMatchObject([{ totalMinor: 4900n, status: 'PAID' }]);
    expect(await invoiceOf(ending)).toEqual([]);
    expect(await database.subscription.findUnique({ where: { id: ending } })).toMatchObject({
      status: 'CANCELED',
      nextRenewalAt: null,
    });
    expect(await invoiceOf(changing)).toMatchObject([{ totalMinor: 14_700n, status: 'PAID' }]);
    const both = [...(await invoiceOf(credited)), ...(await invoiceOf(free))];
    expect(both.map(({ balanceAppliedMinor }) => balanceAppliedMinor).sort()).toEqual([
      2400n,
      4900n,
    ]);
    expect(both.map(({ amountPaidMinor }) => amountPaidMinor).sort()).toEqual([0n, 2500n]);
    expect(await ada.charges()).toHaveLength(2);
    await expectNumbersWithoutGaps(t, merchant);
  });

  it('is not held up by one that cannot be renewed, and tries it again', async () => {
    const t = await testBilling();
    const { ids, merchant } = await merchantWith(t, 40);
    const since = t.clock.now();
    const poisoned = ids[7]!;
    // Its next period is billed already: an illegal state that only a hand in the database makes.
    await t.database.sql(
      `insert into "Invoice"
       select row.* from "Subscription" s
       join "Invoice" i on i."merchantId" = s."merchantId",
         jsonb_populate_record(i, jsonb_build_object(
           'id', gen_random_uuid(), 'number', 'BY-HAND', 'subscriptionId', s.id,
           'customerId', s."customerId", 'periodStart', s."currentPeriodEnd",
           'periodEnd', s."currentPeriodEnd" + interval '1 month'
         )) row
       where s.id = $1 limit 1`,
      [poisoned],
    );
    t.clock.advance({ days: 31 });
    await expect(renewDueSubscriptions(t.billing)).rejects.toThrow('1 rows could not be worked on');
    await t.drain();
    await expectBilledOnce(
      t,
      ids.filter((id) => id !== poisoned),
      since,
    );
    await t.database.sql(`delete from "Invoice" where number = 'BY-HAND'`);
    await t.sweep();
    await expectBilledOnce(t, ids, since);
    await expectNumbersWithoutGaps(t, merchant);
  });

  it('interrupted at any statement goes on where it was', async () => {
    const t = await testBilling();
    const { ids, merchant } = await merchantWith(t, 5);
    const since = t.clock.now();
    t.clock.advance({ days: 31 });
    let interruptions = 0;
    for (let statement = 1; ; statement += 1) {
      const { billing, interrupted } = interruptedAt(t.billing, statement);
      const run = renewDueSubscriptions(billing);
      await run.catch(() => {});
      if (!interrupted()) {
        await run;
        break;
      }
      interruptions += 1;
      const waiting = await t.billing.database.subscription.count({
        where: { id: { in: ids }, periodIndex: 0 },
      });
      // All or none: after the commit it is the next batch that is interrupted.
      expect([0, ids.length]).toContain(waiting);
    }
    // As many as the batch has statements.
    expect(interruptions).toBeGreaterThan(8);
    await t.drain();
    await expectBilledOnce(t, ids, since);
    await expectNumbersWithoutGaps(t, merchant);
  });

  it('finds what is due by index, however many are not', async () => {
    const t = await testBilling();
    const { ids } = await merchantWith(t, 20);
    await copySubscription(t.database.sql, ids[0]!, 3000, {
      nextRenewalAt: new Date(t.clock.now().getTime() + 400 * 86_400_000),
    });
    await t.database.sql('analyze "Subscription"');
    t.clock.advance({ days: 31 });
    const [first] = await t.billing.database.subscription.findMany({
      where: { id: ids[0]! },
      select: { id: true, merchantId: true, nextRenewalAt: true },
    });
    for (const after of [null, { ...first!, nextRenewalAt: first!.nextRenewalAt! }]) {
      const plan = JSON.stringify(
        await t.billing.database.$queryRaw`EXPLAIN (FORMAT JSON) ${dueSubscriptions({
          now: t.clock.now(),
          except: [],
          limit: 200,
          after,
        })}`,
      );
      expect(plan).toContain('"subscription_due"');
      expect(plan).not.toContain('"Seq Scan"');
      expect(plan).not.toMatch(/"(Incremental )?Sort"/);
      // Goes on where it was, and does not walk over what was taken.
      const condition = /"Index Cond":"((?:[^"\\]|\\.)*)"/.exec(plan)?.[1];
      expect(condition?.includes('ROW(')).toBe(after !== null);
    }
    await t.sweep();
  });
});

/** A process that dies at the n-th statement it sends in transactions: it does nothing more. */
function interruptedAt(
  billing: Billing,
  statement: number,
): { billing: Billing; interrupted: () => boolean } {
  let sent = 0;
  const send = () => {
    sent += 1;
    if (sent >= statement) throw new Error('The process is gone.');
  };
  const counted = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value === 'function') {
          return (...args: unknown[]) => {
            send();
            return (value as (...args: unknown[]) => unknown).apply(target, args);
          };
        }
        return typeof value === 'object' && value !== null ? counted(value) : value;
      },
    });
  const database = new Proxy(billing.database, {
    get(target, property) {
      if (property !== '$transaction') return Reflect.get(target, property, target) as unknown;
      return (work: (transaction: never) => Promise<unknown>) =>
        target.$transaction(async (transaction) => {
          const done = await work(counted(transaction) as never);
          send();
          return done;
        });
    },
  });
  return { billing: { ...billing, database }, interrupted: () => sent >= statement };
}
