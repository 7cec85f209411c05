/** Watches commits from inside Postgres, where nothing that was not committed can pretend it was. */
import { sweeps } from '@4geeks/api/adapters/jobs/graphile';

import type { TestDatabase } from '../testkit/database.ts';

/**
 * From now on keeps a ledger of what was committed together.
 *
 * @returns reads it: a line for each transaction, with its events, then the jobs it enqueued, as
 *   `invoice.finalized -> send-email, collect-invoice`. Left out are the sweeps, and mails sent:
 *   they come whenever the worker gets to them.
 */
export async function keepLedger(database: TestDatabase): Promise<() => Promise<string[]>> {
  const statements = [
    `create table public.ledger (
       line bigint generated always as identity,
       transaction xid8 not null default pg_current_xact_id(),
       kind text not null,
       what text not null)`,
    `create function public.note_event() returns trigger language plpgsql as $$
       begin
         insert into public.ledger (kind, what) values ('event', new.type);
         return null;
       end $$`,
    `create function public.note_job() returns trigger language plpgsql as $$
       begin
         insert into public.ledger (kind, what)
         select 'job', identifier from graphile_worker._private_tasks where id = new.task_id;
         return null;
       end $$`,
    `create trigger noted after insert on "Event" for each row execute function public.note_event()`,
    `create trigger noted after insert on graphile_worker._private_jobs
       for each row execute function public.note_job()`,
  ];
  for (const statement of statements) await database.sql(statement);

  return async () => {
    const rows = await database.sql<{ events: string | null; jobs: string | null }>(
      `select string_agg(what, ', ' order by line) filter (where kind = 'event') as events,
              string_agg(what, ', ' order by line) filter (where kind = 'job') as jobs
       from public.ledger where what <> 'email.sent' and what <> all ($1)
       group by transaction order by min(line)`,
      [sweeps],
    );
    return rows.map(({ events, jobs }) =>
      [events ?? [], jobs ? `-> ${jobs}` : []].flat().join(' '),
    );
  };
}

/** Makes the commit of every event of this type slow: whoever is told before it reads old rows. */
export async function slowCommits(database: TestDatabase, eventType: string): Promise<void> {
  await database.sql(
    `create function public.linger() returns trigger language plpgsql as $$
       begin
         perform pg_sleep(0.3);
         return null;
       end $$`,
  );
  await database.sql(
    `create constraint trigger lingers after insert on "Event" deferrable initially deferred
       for each row when (new.type = '${eventType}') execute function public.linger()`,
  );
}
