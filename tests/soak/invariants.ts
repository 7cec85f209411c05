/**
 * What must hold of money, whatever happened: each is a query that finds what breaks it, over our
 * tables and the gateway's own books. Asked once everything is settled.
 */
import type { TestDatabase } from '../testkit/database.ts';

/** By what it says; finds rows that break it. `$1` is billing time. */
const invariants: Readonly<Record<string, string>> = {
  'a charge the gateway made is a payment that succeeded, of the same amount': `
    select c.idempotency_key, c.amount_minor, p.status, p."amountMinor"
    from sandbox_gateway.charge c
    left join "Payment" p on p."idempotencyKey" = c.idempotency_key
    where c.status = 'succeeded' and (p.id is null or p.status <> 'SUCCEEDED'
      or p."amountMinor" <> c.amount_minor or p.currency <> c.currency or p."gatewayPaymentId" <> c.id)`,
  'a payment that succeeded is a charge the gateway made': `
    select p.id, p."idempotencyKey", c.status from "Payment" p
    left join sandbox_gateway.charge c on c.idempotency_key = p."idempotencyKey"
    where p.status = 'SUCCEEDED' and c.status is distinct from 'succeeded'`,
  'charges and payments add up to the same, by merchant and currency': `
    select * from (
      select "merchantId", currency, sum("amountMinor") as ours from "Payment"
      where status = 'SUCCEEDED' group by 1, 2) ours
    full join (
      select m.merchant_id as "merchantId", c.currency, sum(c.amount_minor) as theirs
      from sandbox_gateway.charge c
      join sandbox_gateway.payment_method m on m.token = c.payment_method_token
      where c.status = 'succeeded' group by 1, 2) theirs using ("merchantId", currency)
    where ours.ours is distinct from theirs.theirs`,
  'no attempt is left without an answer': `
    select id, 'payment' as what, "createdAt" from "Payment" where status = 'PENDING'
    union all select id, 'refund', "createdAt" from "Refund" where status = 'PENDING'`,
  'an attempt waits for the customer, or for the bank, on both sides or on none': `
    select p.id, p.status, c.status from "Payment" p
    full join sandbox_gateway.charge c on c.idempotency_key = p."idempotencyKey"
    where (p.status = 'REQUIRES_ACTION') <> (c.status = 'requires_action')
      or (p.status = 'PROCESSING') <> (c.status = 'processing')`,
  'nothing waits for ever: for the customer three days, for the bank until it settles': `
    select p.id, p.status, p."createdAt", c.due_at, m.alias from "Payment" p
    join sandbox_gateway.charge c on c.idempotency_key = p."idempotencyKey"
    join sandbox_gateway.payment_method m on m.token = c.payment_method_token
    where (p.status = 'REQUIRES_ACTION' and p."createdAt" + interval '3 days' <= $1)
      or (p.status = 'PROCESSING' and m.alias not like '%\\_stays'
        and (c.due_at is null or c.due_at <= $1))`,
  'what a bank disputes or returns is recorded once, as the bank says, of what was paid': `
    select g.id, g.status as theirs, d.status as ours, p.status as payment from "Dispute" d
    full join sandbox_gateway.dispute g on g.id = d."gatewayDisputeId"
    left join "Payment" p on p.id = d."paymentId"
    where d.id is null or g.id is null or lower(d.status::text) <> g.status
      or d."amountMinor" <> g.amount_minor or d.currency <> g.currency or d.reason <> g.reason
      or p.status <> 'SUCCEEDED' or p."gatewayPaymentId" <> g.charge_id
      or (d.status = 'OPEN') <> (d."closedAt" is null)`,
  'what is left of charges is left of payments, by merchant and currency': `
    select * from (
      select p."merchantId", p.currency,
        sum(p."amountMinor" - p."amountRefundedMinor" - coalesce(d.taken, 0)) as ours
      from "Payment" p
      left join (select "paymentId", sum("amountMinor") as taken from "Dispute"
        where status <> 'WON' group by 1) d on d."paymentId" = p.id
      where p.status = 'SUCCEEDED' group by 1, 2) ours
    full join (
      select m.merchant_id as "merchantId", c.currency,
        sum(c.amount_minor - coalesce(r.refunded, 0) - coalesce(d.amount_minor, 0)) as theirs
      from sandbox_gateway.charge c
      join sandbox_gateway.payment_method m on m.token = c.payment_method_token
      left join (select charge_id, sum(amount_minor) as refunded from sandbox_gateway.refund
        where status = 'succeeded' group by 1) r on r.charge_id = c.id
      left join sandbox_gateway.dispute d on d.charge_id = c.id and d.status <> 'won'
      where c.status = 'succeeded' group by 1, 2) theirs using ("merchantId", currency)
    where ours.ours is distinct from theirs.theirs`,
  'refunds, and disputes that are not won, are of no more than was paid': `
    select p.id, p."amountMinor", p."amountRefundedMinor" from "Payment" p
    join "Dispute" d on d."paymentId" = p.id and d.status <> 'WON'
    group by p.id
    having p."amountRefundedMinor" + sum(d."amountMinor") > p."amountMinor"`,
  'an invoice has one attempt in flight at most': `
    select "invoiceId" from "Payment" where status in ('PENDING', 'PROCESSING', 'REQUIRES_ACTION')
    group by 1 having count(*) > 1`,
  'what an invoice says was paid is what its payments paid': `
    select i.id, i.status, i."amountPaidMinor", coalesce(sum(p."amountMinor"), 0) as paid
    from "Invoice" i
    left join "Payment" p on p."invoiceId" = i.id and p.status = 'SUCCEEDED'
    group by i.id having i."amountPaidMinor" <> coalesce(sum(p."amountMinor"), 0)`,
  'an invoice is paid by one payment at most': `
    select "invoiceId" from "Payment" where status = 'SUCCEEDED' group by 1 having count(*) > 1`,
  'paid means that nothing is due, and nothing due means paid': `
    select id, status, "totalMinor", "amountPaidMinor", "amountCreditedMinor", "balanceAppliedMinor"
    from "Invoice"
    where status in ('OPEN', 'PAID') and (status = 'PAID') <>
      ("totalMinor" = "amountPaidMinor" + "amountCreditedMinor" + "balanceAppliedMinor")`,
  'nobody paid an invoice that was taken back or given up': `
    select id, status from "Invoice"
    where status in ('VOID', 'UNCOLLECTIBLE') and "amountPaidMinor" <> 0`,
  'a refund the gateway made is a refund recorded, and the other way round': `
    select * from "Refund" r
    full join sandbox_gateway.refund g on g.idempotency_key = r."idempotencyKey"
    where r.id is null or (r.status in ('SUCCEEDED') and g.status is distinct from 'succeeded')
      or (g.status = 'succeeded' and (r.status <> 'SUCCEEDED' or r."amountMinor" <> g.amount_minor))
      or (g.status = 'failed' and r.status <> 'FAILED')`,
  'what a payment says was refunded is what its refunds gave back, and no more than was paid': `
    select p.id, p."amountMinor", p."amountRefundedMinor" from "Payment" p
    left join "Refund" r on r."paymentId" = p.id and r.status = 'SUCCEEDED'
    group by p.id
    having p."amountRefundedMinor" <> coalesce(sum(r."amountMinor"), 0)
      or p."amountRefundedMinor" > p."amountMinor"`,
  'an invoice is credited by what its credit notes say': `
    select i.id, i."amountCreditedMinor" from "Invoice" i
    left join "CreditNote" n on n."invoiceId" = i.id and n."refundId" is null
    group by i.id having i."amountCreditedMinor" <> coalesce(sum(n."amountMinor"), 0)`,
  'a balance is never negative': `
    select "customerId", currency, sum("amountMinor") from "BalanceEntry"
    group by 1, 2 having sum("amountMinor") < 0`,
  'what invoices took from balances is what left them, and comes back from voided ones': `
    select i.id, i.status, i."balanceAppliedMinor" from "Invoice" i
    left join "BalanceEntry" b on b."invoiceId" = i.id and b.reason <> 'PRORATION'
    group by i.id having coalesce(sum(b."amountMinor"), 0) <>
      case when i.status = 'VOID' then 0 else -i."balanceAppliedMinor" end`,
  'what is credited for unused time comes from an invoice, which says so': `
    select i.id, i."balanceCreditedMinor" as credited, sum(b."amountMinor") as entered
    from "BalanceEntry" b full join "Invoice" i on i.id = b."invoiceId"
    where b.reason = 'PRORATION' or i."balanceCreditedMinor" <> 0
    group by i.id having i.id is null
      or i."balanceCreditedMinor" <> sum(b."amountMinor") filter (where b.reason = 'PRORATION')`,
  'nobody gets more back of an invoice than paid it: to the balance, by refunds and disputes': `
    select i.id, i."amountPaidMinor", i."balanceAppliedMinor", i."balanceCreditedMinor",
      refunded, disputed
    from "Invoice" i
    left join (
      select p."invoiceId", sum(r."amountMinor") as refunded from "Payment" p
      join "Refund" r on r."paymentId" = p.id and r.status <> 'FAILED'
      group by 1) given on given."invoiceId" = i.id
    -- A bank may take back what was credited before; then nothing is credited any more.
    left join (
      select p."invoiceId", sum(d."amountMinor") as disputed from "Payment" p
      join "Dispute" d on d."paymentId" = p.id and d.status <> 'WON'
      where not exists (select from "BalanceEntry" b
        where b."invoiceId" = p."invoiceId" and b.reason = 'PRORATION' and b.id < d.id)
      group by 1) taken on taken."invoiceId" = i.id
    where i."balanceCreditedMinor" + coalesce(refunded, 0) + coalesce(disputed, 0)
      > i."amountPaidMinor" + i."balanceAppliedMinor"`,
  'nothing is credited of what a bank has taken back': `
    select b.id, i.id as invoice, d.id as dispute from "BalanceEntry" b
    join "Invoice" i on i.id = b."invoiceId"
    join "Payment" p on p."invoiceId" = i.id
    join "Dispute" d on d."paymentId" = p.id and d.status <> 'WON' and d.id < b.id
    where b.reason = 'PRORATION'`,
  'an attempt begins to wait once': `
    select "objectId", type from "Event"
    where type in ('payment.processing', 'payment.requires_action')
    group by 1, 2 having count(*) > 1`,
  'an invoice is the sum of its lines': `
    select i.id, i."totalMinor" from "Invoice" i left join "InvoiceLine" l on l."invoiceId" = i.id
    group by i.id
    having i."subtotalMinor" <> coalesce(sum(l."amountMinor"), 0)
      or i."discountMinor" <> coalesce(sum(l."discountMinor"), 0)
      or i."taxMinor" <> coalesce(sum(l."taxMinor"), 0)
      or i."taxIncludedMinor" <> coalesce(sum(l."taxMinor") filter (where l."taxInclusive"), 0)
      or i."totalMinor" <> coalesce(sum(l."amountMinor" - l."discountMinor"
        + case when l."taxInclusive" then 0 else l."taxMinor" end), 0)`,
  'an invoice is discounted by what its coupons took': `
    select i.id, i."discountMinor" from "Invoice" i
    left join "InvoiceDiscount" d on d."invoiceId" = i.id
    group by i.id having i."discountMinor" <> coalesce(sum(d."amountMinor"), 0)`,
  'a coupon for one invoice reduced one, and no coupon was redeemed more often than it may be': `
    select d.id, count(*) as times from "Discount" d
    join "Coupon" c on c.id = d."couponId" and c.duration = 'ONCE'
    join "InvoiceDiscount" t on t."discountId" = d.id
    join "Invoice" i on i.id = t."invoiceId" and i."periodStart" is not null
    group by d.id having count(*) > 1 or bool_or(d."endedAt" is null)
    union all
    select c.id, c."timesRedeemed" from "Coupon" c left join "Discount" d on d."couponId" = c.id
    group by c.id having c."timesRedeemed" <> count(d.id) or c."timesRedeemed" > c."maxRedemptions"`,
  'credits hold no more tax than what they credit': `
    select i.id, i."taxMinor", sum(n."taxMinor") as credited from "Invoice" i
    join "CreditNote" n on n."invoiceId" = i.id
    group by i.id having abs(sum(n."taxMinor")) > abs(i."taxMinor")`,
  'invoice numbers have no gap': `
    select m.id, m."nextInvoiceNumber", count(i.number) from "Merchant" m
    left join "Invoice" i on i."merchantId" = m.id and i.number is not null
    group by m.id having count(i.number) <> m."nextInvoiceNumber" - 1
      or max(substring(i.number from '[0-9]+$')::int) <> m."nextInvoiceNumber" - 1`,
  'credit note numbers have no gap': `
    select m.id, m."nextCreditNoteNumber", count(n.id) from "Merchant" m
    left join "CreditNote" n on n."merchantId" = m.id
    group by m.id having count(n.id) <> m."nextCreditNoteNumber" - 1
      or max(substring(n.number from '[0-9]+$')::int) <> m."nextCreditNoteNumber" - 1`,
  'finalized has a number, drafts have none': `
    select id, status, number from "Invoice" where (status = 'DRAFT') <> (number is null)`,
  'periods follow each other, except where one was paused, unpaid or given another interval': `
    select * from (
      select "subscriptionId", "periodStart",
        lag("periodEnd") over (partition by "subscriptionId" order by "periodStart") as "endBefore"
      from "Invoice" where "periodStart" is not null and "subscriptionId" is not null) period
    where "endBefore" <> "periodStart"
      and not exists (select from "Event" e where e."objectId" = period."subscriptionId"
        and e.type in ('subscription.resumed', 'subscription.changed')
        and (e.data->>'periodStart')::timestamptz = "periodStart")
      and not ("periodStart" > "endBefore" and exists (select from "Event" e
        where e."objectId" = period."subscriptionId" and e.type = 'subscription.unpaid'))`,
  'every period that was begun is billed, once': `
    select * from (
      select distinct "objectId" as id, (data->>'periodStart')::timestamptz as start
      from "Event" where type in ('subscription.renewed', 'subscription.resumed')
        or (type = 'subscription.changed' and data->>'periodStart' is not null)
      union
      select id, "createdAt" from "Subscription" where "trialEnd" is null) begun
    full join (
      select "subscriptionId" as id, "periodStart" as start from "Invoice"
      where "periodStart" is not null) billed using (id, start)
    where begun.id is null or billed.id is null or begun.start is null or billed.start is null`,
  'a period is renewed once': `
    select "objectId", data->>'periodStart' from "Event" where type = 'subscription.renewed'
    group by 1, 2 having count(*) > 1`,
  'nothing that is due is left': `
    select id, status, "nextRenewalAt" as due from "Subscription" where "nextRenewalAt" <= $1
    union all select id, status, "resumesAt" from "Subscription" where "resumesAt" <= $1`,
  'no retry that is due is left': `
    select id, "nextAttemptAt" from "Invoice" i where "nextAttemptAt" <= $1
      and not exists (select from "Payment" p where p."invoiceId" = i.id
        and p.status in ('PROCESSING', 'REQUIRES_ACTION'))`,
  'retries are planned for open invoices only': `
    select id, status from "Invoice" where "nextAttemptAt" is not null and status <> 'OPEN'`,
  'no invoice of a subscription is forgotten: open is past due, or being paid': `
    select id, number from "Invoice" i
    where status = 'OPEN' and "subscriptionId" is not null and "pastDueSince" is null
      and not exists (select from "Payment" p where p."invoiceId" = i.id
        and p.status in ('PENDING', 'PROCESSING', 'REQUIRES_ACTION'))`,
  'a subscription is past due while one of its invoices is, and no longer': `
    select s.id, s.status from "Subscription" s
    where s.status in ('ACTIVE', 'PAST_DUE') and (s.status = 'PAST_DUE') <> exists (
      select from "Invoice" i where i."subscriptionId" = s.id and i.status = 'OPEN'
        and i."pastDueSince" is not null)`,
  'who has methods has one default': `
    select "customerId" from "PaymentMethod" where "removedAt" is null
    group by 1 having count(*) filter (where "isDefault") <> 1`,
  'every mail owed was sent, once': `
    select m.id, m.status, count(o.id) from "EmailMessage" m
    left join outbox.message o on o.idempotency_key = m.id::text
    group by m.id having count(o.id) <> 1 or m.status <> 'SENT'`,
  'a recovery case is open, recovered or lost as its invoice is': `
    select c."invoiceId", i.status, c."recoveredAt", c."lostAt" from "DunningCase" c
    join "Invoice" i on i.id = c."invoiceId"
    where (c."recoveredAt" is not null) <> (i.status = 'PAID' and i."amountPaidMinor" > 0)
      or (i.status in ('VOID', 'UNCOLLECTIBLE') and c."lostAt" is null)`,
  'every job was run': `select id from graphile_worker._private_jobs`,
};

/** What is, and the event that says so, once each: rows by id, then the event's type. */
const told: readonly [rows: string, type: string][] = [
  [`select id from "Customer"`, 'customer.created'],
  [`select id from "Subscription"`, 'subscription.created'],
  [`select id from "Subscription" where status = 'CANCELED'`, 'subscription.canceled'],
  [`select id from "Invoice" where number is not null`, 'invoice.finalized'],
  [`select id from "Invoice" where status = 'PAID'`, 'invoice.paid'],
  [`select id from "Invoice" where status = 'VOID'`, 'invoice.voided'],
  [`select id from "Invoice" where status = 'UNCOLLECTIBLE'`, 'invoice.marked_uncollectible'],
  [`select id from "Invoice" where "pastDueSince" is not null`, 'invoice.past_due'],
  [`select id from "Payment"`, 'payment.started'],
  [`select id from "Payment" where status = 'SUCCEEDED'`, 'payment.succeeded'],
  [`select id from "Payment" where status = 'FAILED'`, 'payment.failed'],
  [`select id from "Refund"`, 'refund.created'],
  [`select id from "Refund" where status = 'SUCCEEDED'`, 'refund.succeeded'],
  [`select id from "Refund" where status = 'FAILED'`, 'refund.failed'],
  [`select id from "Dispute"`, 'dispute.opened'],
  [`select id from "Dispute" where status = 'WON'`, 'dispute.won'],
  [`select id from "Dispute" where status = 'LOST'`, 'dispute.lost'],
  [`select id from "CreditNote"`, 'credit_note.issued'],
  [`select id from "PaymentMethod"`, 'payment_method.added'],
  [`select id from "EmailMessage" where status = 'SENT'`, 'email.sent'],
];

/** @returns what does not hold, with some of the rows; empty: everything does. */
export async function brokenInvariants(
  { sql }: Pick<TestDatabase, 'sql'>,
  now: Date,
): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [says, query] of Object.entries(invariants)) {
    const rows = await sql(query, query.includes('$1') ? [now] : []);
    if (rows.length > 0) broken[says] = rows.slice(0, 3);
  }
  for (const [rows, type] of told) {
    const wrong = await sql(
      `select fact.id, told."objectId", told.times from (${rows}) fact
       full join (select "objectId", count(*)::int as times from "Event" where type = $1 group by 1)
         told on told."objectId" = fact.id
       where fact.id is null or told.times is distinct from 1`,
      [type],
    );
    if (wrong.length > 0) broken[`${type} is told once, of what is so`] = wrong.slice(0, 3);
  }
  return broken;
}
