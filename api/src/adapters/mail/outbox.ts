/**
 * A mail provider that delivers nothing: mails are kept in the Postgres schema `outbox`, to be read
 * on the mailbox page. Its own connections and tables, as a provider would have.
 */
import type { Mail, Mailer, MailOutcome } from '@4geeks/billing/ports';
import pg from 'pg';

import { migrateOwnSchema } from '../own-schema.ts';

/** A mail as it was handed over. */
export interface OutboxMail {
  id: string;
  from: Mail['from'];
  replyTo: string | null;
  to: { name: string | null; address: string };
  subject: string;
  tag: string;
  html: string;
  text: string;
  createdAt: Date;
}

/** What a list shows of a mail. */
export type OutboxEntry = Omit<OutboxMail, 'html' | 'text'>;

export interface OutboxFilter {
  /** The whole address, in any case. */
  to?: string;
  /** A part of the address, in any case. */
  toContains?: string;
  tag?: string;
  /** At most this many, newest first. Default 100. */
  limit?: number;
}

export interface Outbox {
  mailer: Mailer;
  list(filter?: OutboxFilter): Promise<OutboxEntry[]>;
  listWithBodies(filter?: OutboxFilter): Promise<OutboxMail[]>;
  /** @returns null when there is no such mail. */
  read(id: string): Promise<OutboxMail | null>;
  /** Creates or updates the outbox's tables. Call before anything else. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const schemaSteps = [
  `
  create table message (
    id              bigint generated always as identity primary key,
    idempotency_key text not null unique,
    from_name       text not null,
    from_address    text not null,
    reply_to        text,
    to_name         text,
    to_address      text not null,
    subject         text not null,
    tag             text not null,
    html            text not null,
    text            text not null,
    created_at      timestamptz not null default now()
  );
  create index message_to_address on message (lower(to_address), id desc);
  `,
];

const entryColumns =
  'id, from_name, from_address, reply_to, to_name, to_address, subject, tag, created_at';

interface EntryRow {
  id: string;
  from_name: string;
  from_address: string;
  reply_to: string | null;
  to_name: string | null;
  to_address: string;
  subject: string;
  tag: string;
  created_at: Date;
}

type MailRow = EntryRow & { html: string; text: string };

export function createOutbox(options: { connectionString: string; poolSize?: number }): Outbox {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.poolSize ?? 3,
    application_name: 'outbox',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end
  // the process.
  pool.on('error', () => {});

  async function send(mails: readonly Mail[]): Promise<MailOutcome[]> {
    const rows = mails.map(({ idempotencyKey, from, replyTo, to, ...content }) => ({
      ...content,
      idempotency_key: idempotencyKey,
      from_name: from.name,
      from_address: from.address,
      reply_to: replyTo,
      to_name: to.name,
      to_address: to.address,
    }));
    const columns =
      'idempotency_key, from_name, from_address, reply_to, to_name, to_address, subject, tag, html, text';
    const inserted = await pool.query<{ id: string; idempotency_key: string }>({
      name: 'send',
      text: `insert into outbox.message (${columns})
        select ${columns} from json_populate_recordset(null::outbox.message, $1)
        on conflict (idempotency_key) do nothing
        returning id, idempotency_key`,
      values: [JSON.stringify(rows)],
    });
    const ids = new Map(inserted.rows.map(({ id, idempotency_key }) => [idempotency_key, id]));
    const known = mails.map((mail) => mail.idempotencyKey).filter((key) => !ids.has(key));
    if (known.length > 0) {
      const { rows } = await pool.query<{ id: string; idempotency_key: string }>(
        'select id, idempotency_key from outbox.message where idempotency_key = any($1)',
        [known],
      );
      for (const { id, idempotency_key } of rows) ids.set(idempotency_key, id);
    }
    return mails.map(({ idempotencyKey }) => ({
      status: 'sent',
      messageId: `outbox-${ids.get(idempotencyKey)!}`,
    }));
  }

  async function select<Row extends pg.QueryResultRow>(columns: string, filter: OutboxFilter) {
    const { rows } = await pool.query<Row>(
      `select ${columns} from outbox.message
       where ($1::text is null or lower(to_address) = lower($1))
         and ($2::text is null or position(lower($2) in lower(to_address)) > 0)
         and ($3::text is null or tag = $3)
       order by id desc limit $4`,
      [filter.to ?? null, filter.toContains ?? null, filter.tag ?? null, filter.limit ?? 100],
    );
    return rows;
  }

  return {
    mailer: { send },
    list: async (filter = {}) => (await select<EntryRow>(entryColumns, filter)).map(toEntry),
    listWithBodies: async (filter = {}) =>
      (await select<MailRow>(`${entryColumns}, html, text`, filter)).map(toMail),
    async read(id) {
      if (!/^\d{1,18}$/.test(id)) return null;
      const { rows } = await pool.query<MailRow>('select * from outbox.message where id = $1', [
        id,
      ]);
      return rows[0] ? toMail(rows[0]) : null;
    },
    migrate: () => migrateOwnSchema(pool, 'outbox', schemaSteps),
    close: () => pool.end(),
  };
}

function toEntry(row: EntryRow): OutboxEntry {
  return {
    id: row.id,
    from: { name: row.from_name, address: row.from_address },
    replyTo: row.reply_to,
    to: { name: row.to_name, address: row.to_address },
    subject: row.subject,
    tag: row.tag,
    createdAt: row.created_at,
  };
}

function toMail(row: MailRow): OutboxMail {
  return { ...toEntry(row), html: row.html, text: row.text };
}
