import type { TestDatabase } from './database.ts';

/**
 * A seeded subscription so many times more, each of a customer of its own with the same card, here
 * and at the gateway: hundreds, in the time that use cases take for one. Copied by hand in the
 * database, from what use cases have made.
 *
 * @param change columns of the copied subscriptions that are to differ.
 * @returns the subscriptions' ids.
 */
export async function copySubscription(
  sql: TestDatabase['sql'],
  subscriptionId: string,
  count: number,
  change: Record<string, unknown> = {},
): Promise<string[]> {
  // What Postgres generates itself, nobody may write.
  const [written] = await sql<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_schema = 'public' and table_name = 'PaymentMethod' and is_generated = 'NEVER'`,
  );
  const methodColumns = written!.columns;
  const rows = await sql<{ id: string }>(
    `with source as (
       select * from "Subscription" where id = $1
     ), copy as materialized (
       select gen_random_uuid() as customer, gen_random_uuid() as subscription,
         'pm_copy_' || gen_random_uuid() as token, 'copy-' || gen_random_uuid() || '@example.com' as email
       from generate_series(1, $2)
     ), customers as (
       insert into "Customer"
       select row.* from copy, source
       join "Customer" original on original.id = source."customerId",
         jsonb_populate_record(original, jsonb_build_object(
           'id', copy.customer, 'email', copy.email, 'emailNormalized', copy.email
         )) row
     ), methods as (
       insert into "PaymentMethod" (${methodColumns})
       select ${methodColumns.replace(/(^|, )/g, '$1row.')} from copy, source
       join "PaymentMethod" original on original."customerId" = source."customerId",
         jsonb_populate_record(original, jsonb_build_object(
           'id', gen_random_uuid(), 'customerId', copy.customer, 'gatewayToken', copy.token
         )) row
     ), at_gateway as (
       insert into sandbox_gateway.payment_method
       select row.* from copy, source
       join "PaymentMethod" method on method."customerId" = source."customerId"
       join sandbox_gateway.payment_method original on original.token = method."gatewayToken",
         jsonb_populate_record(original, jsonb_build_object(
           'token', copy.token, 'customer_id', copy.customer
         )) row
     ), items as (
       insert into "SubscriptionItem"
       select row.* from copy, source
       join "SubscriptionItem" original on original."subscriptionId" = source.id,
         jsonb_populate_record(original, jsonb_build_object(
           'id', gen_random_uuid(), 'subscriptionId', copy.subscription
         )) row
     )
     insert into "Subscription"
     select row.* from copy,
       "Subscription" original,
       jsonb_populate_record(original, $3::jsonb || jsonb_build_object(
         'id', copy.subscription, 'customerId', copy.customer
       )) row
     where original.id = $1
     returning id`,
    [subscriptionId, count, JSON.stringify(change)],
  );
  return rows.map(({ id }) => id);
}
