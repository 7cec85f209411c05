/**
 * The statements of charging, for whatever is charged at the same moment: one statement for all. Planned
 * once a connection, by their names.
 */
import DataLoader from 'dataloader';
import type { Pool } from 'pg';

import type { ChargeRow, currencyOf } from './charges.ts';

export interface ChargedMethod {
  token: string;
  type: 'CARD' | keyof typeof currencyOf;
  alias: string;
  exp_month: number;
  exp_year: number;
  /** What time it is for its merchant. */
  now: Date;
}

export interface NewCharge extends ChargeRow {
  off_session: boolean;
  created_at: Date;
  settled_at: Date | null;
  due_at: Date | null;
}

export interface Charging {
  /** By token; null where there is none to be charged. */
  methods: DataLoader<string, ChargedMethod | null>;
  /** Null where a charge with this key was there already. */
  inserts: DataLoader<NewCharge, ChargeRow | null>;
}

/** Nothing is kept: each asks the database, together with those who ask at the same moment. */
const together = { cache: false, maxBatchSize: 100 };

export function createCharging(pool: Pool, now: () => Date): Charging {
  return {
    methods: new DataLoader(async (tokens) => {
      const { rows } = await pool.query<ChargedMethod>({
        name: 'charged methods',
        text: `select token, type, alias, exp_month, exp_year,
           sandbox_gateway.time_of(merchant_id, $2) as now
         from sandbox_gateway.payment_method
         where token = any($1) and detached_at is null`,
        values: [tokens, now()],
      });
      const byToken = new Map(rows.map((row) => [row.token, row]));
      return tokens.map((token) => byToken.get(token) ?? null);
    }, together),
    inserts: new DataLoader(async (charges) => {
      const { rows } = await pool.query<ChargeRow>({
        name: 'charges',
        text: `insert into sandbox_gateway.charge
           (id, idempotency_key, request_hash, action_id, payment_method_token, amount_minor,
            currency, description, off_session, status, decline_code, created_at, settled_at, due_at)
         select id, idempotency_key, request_hash, action_id, payment_method_token, amount_minor,
           currency, description, off_session, status, decline_code, created_at, settled_at, due_at
         from jsonb_populate_recordset(null::sandbox_gateway.charge, $1::jsonb)
         on conflict (idempotency_key) do nothing
         returning *`,
        values: [JSON.stringify(charges)],
      });
      // By id: of two with one key in the same statement one is new.
      const byId = new Map(rows.map((row) => [row.id, row]));
      return charges.map(({ id }) => byId.get(id) ?? null);
    }, together),
  };
}
