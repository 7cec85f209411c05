/** Whether a run did what it was measured for: everything due once, and nothing else. */
import type pg from 'pg';

/** What is billed for one period. */
const amountMinor = 1900;

/** Jobs that a renewal waits for; mails go out behind it. */
const mailJobs = `('send-email', 'send-emails')`;

/** Whether everything due is renewed, charged and settled. Cheap: asked many times a second. */
export async function isRenewed(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ busy: boolean }>(
    // By index, whatever the planner thinks of how many are due: asking must not slow what it waits for.
    `SELECT EXISTS (
         SELECT FROM graphile_worker._private_jobs AS job
         JOIN graphile_worker._private_tasks AS task ON task.id = job.task_id
         WHERE task.identifier NOT IN ${mailJobs} AND job.run_at <= now()
       )
       OR coalesce((SELECT min("nextRenewalAt") FROM "Subscription") <= now(), false) AS busy`,
  );
  return rows[0]?.busy === false;
}

/** @throws Error saying what is wrong with them. */
export async function checkBooks(
  client: pg.Client,
  { subscriptions, due, startedAt }: { subscriptions: number; due: number; startedAt: Date },
): Promise<void> {
  const expected: Record<string, number> = {
    renewed: due,
    'renewed once': due,
    untouched: subscriptions - due,
    'paid invoices': due,
    'invoiced minor units': due * amountMinor,
    'lines of them': due,
    'succeeded payments': due,
    'paid minor units': due * amountMinor,
    'charges at the gateway': due,
    'charged minor units': due * amountMinor,
    'mails owed': due * 2,
    'subscription.renewed': due,
    'invoice.finalized': due,
    'payment.started': due,
    'payment.succeeded': due,
    'invoice.paid': due,
    'merchants whose numbers have gaps': 0,
    'payments in flight': 0,
    'mails without a job or an answer': 0,
  };
  const { rows } = await client.query<{ what: string; count: string }>(
    `WITH invoice AS (SELECT * FROM "Invoice" WHERE "createdAt" >= $1),
       payment AS (SELECT * FROM "Payment" WHERE "createdAt" >= $1),
       charge AS (SELECT * FROM sandbox_gateway.charge WHERE created_at >= $1)
     SELECT 'renewed' AS what, count(*) FROM "Subscription" AS subscription
       JOIN invoice ON invoice."subscriptionId" = subscription.id
         AND invoice."periodStart" = subscription."currentPeriodStart"
       WHERE subscription."currentPeriodStart"
           = "billingAnchor" + "periodIndex" * interval '1 month'
         AND "nextRenewalAt" > $1
     UNION ALL SELECT 'renewed once', count(DISTINCT "subscriptionId") FROM invoice
     UNION ALL SELECT 'untouched', count(*) FROM "Subscription" AS subscription
       WHERE status = 'ACTIVE' AND "nextRenewalAt" = "currentPeriodEnd"
         AND NOT EXISTS (SELECT FROM invoice WHERE invoice."subscriptionId" = subscription.id)
     UNION ALL SELECT 'paid invoices', count(*) FROM invoice
       WHERE status = 'PAID' AND "amountPaidMinor" = "totalMinor"
     UNION ALL SELECT 'invoiced minor units', sum("totalMinor") FROM invoice
     UNION ALL SELECT 'lines of them', count(*) FROM "InvoiceLine"
       WHERE "invoiceId" IN (SELECT id FROM invoice)
     UNION ALL SELECT 'succeeded payments', count(*) FROM payment WHERE status = 'SUCCEEDED'
     UNION ALL SELECT 'paid minor units', sum("amountMinor") FROM payment
     UNION ALL SELECT 'charges at the gateway', count(*) FROM charge WHERE status = 'succeeded'
     UNION ALL SELECT 'charged minor units', sum(amount_minor) FROM charge
     UNION ALL SELECT 'mails owed', count(*) FROM "EmailMessage"
     UNION ALL SELECT type, count(*) FROM "Event"
       WHERE "createdAt" >= $1 AND type <> 'email.sent' GROUP BY type
     UNION ALL SELECT 'merchants whose numbers have gaps', count(*) FROM "Merchant" AS merchant
       WHERE "nextInvoiceNumber" <> 1 + (
         SELECT count(DISTINCT number) FROM "Invoice" WHERE "merchantId" = merchant.id
           AND right(number, 6)::int < merchant."nextInvoiceNumber"
       )
     UNION ALL SELECT 'payments in flight', count(*) FROM "Payment" WHERE status = 'PENDING'
     UNION ALL SELECT 'mails without a job or an answer', count(*) FROM "EmailMessage"
       WHERE status = 'QUEUED' AND id NOT IN (
         SELECT (regexp_matches(payload::text, '[0-9a-f-]{36}', 'g'))[1]::uuid
         FROM graphile_worker._private_jobs
       )`,
    [startedAt],
  );
  const found = new Map(rows.map(({ what, count }) => [what, Number(count)]));
  const wrong = [...new Set([...Object.keys(expected), ...found.keys()])]
    .filter((what) => found.get(what) !== expected[what])
    .map((what) => `${what}: ${found.get(what)} instead of ${expected[what]}`);
  if (wrong.length > 0) throw new Error(`The books are wrong:\n${wrong.join('\n')}`);
}
