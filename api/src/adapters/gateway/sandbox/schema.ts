/**
 * The sandbox's own tables, in the Postgres schema `sandbox_gateway`. Append steps, never edit one.
 *
 * Card numbers and security codes have no column. Client secrets and setup tokens are kept as keyed
 * hashes.
 */
export const schemaName = 'sandbox_gateway';

export const schemaSteps: readonly string[] = [
  `
  create table setup (
    id                 uuid primary key,
    client_secret_hash text not null unique,
    merchant_id        uuid not null,
    customer_id        uuid not null,
    tokens_made        int not null default 0,
    created_at         timestamptz not null default now(),
    expires_at         timestamptz not null
  );
  create index setup_expires_at on setup (expires_at);

  create table payment_method (
    token       text primary key,
    merchant_id uuid not null,
    customer_id uuid not null,
    -- alias of the test card: all the sandbox needs to know how to behave
    card        text not null,
    brand       text not null,
    last4       char(4) not null,
    fingerprint text not null,
    exp_month   int not null check (exp_month between 1 and 12),
    exp_year    int not null,
    created_at  timestamptz not null,
    detached_at timestamptz
  );

  create table setup_token (
    token_hash           text primary key,
    setup_id             uuid not null references setup on delete cascade,
    card                 text not null,
    brand                text not null,
    last4                char(4) not null,
    fingerprint          text not null,
    exp_month            int not null,
    exp_year             int not null,
    created_at           timestamptz not null default now(),
    expires_at           timestamptz not null,
    -- what attaching it came to; a second attach gets the same answer
    consumed_at          timestamptz,
    payment_method_token text references payment_method,
    decline_code         text,
    check ((consumed_at is null) = (payment_method_token is null and decline_code is null))
  );
  create index setup_token_setup on setup_token (setup_id);

  create table charge (
    id                   text primary key,
    idempotency_key      text not null unique,
    request_hash         text not null,
    -- secret part of the challenge's address; also names the charge there
    action_id            text unique,
    payment_method_token text not null,
    amount_minor         bigint not null check (amount_minor > 0),
    currency             text not null,
    description          text not null,
    off_session          boolean not null,
    status               text not null
                         check (status in ('succeeded', 'processing', 'requires_action', 'declined')),
    decline_code         text,
    created_at           timestamptz not null,
    settled_at           timestamptz,
    check ((status = 'declined') = (decline_code is not null))
  );
  create index charge_payment_method on charge (payment_method_token);
  `,
  `
  create table refund (
    id              text primary key,
    idempotency_key text not null unique,
    charge_id       text not null references charge,
    amount_minor    bigint not null check (amount_minor > 0),
    currency        text not null,
    status          text not null check (status in ('succeeded', 'failed')),
    failure_code    text,
    created_at      timestamptz not null,
    check ((status = 'failed') = (failure_code is not null))
  );
  create index refund_charge on refund (charge_id);
  `,
  `
  -- merchants whose time is not the wall clock's
  create table test_clock (
    merchant_id uuid primary key,
    now         timestamptz not null
  );
  -- what time it is for a merchant
  create function time_of(merchant uuid, wall timestamptz) returns timestamptz
  language sql stable as
  $$ select coalesce((select now from sandbox_gateway.test_clock where merchant_id = merchant), wall) $$;
  `,
];
