/** Proves that something secret was kept nowhere. */
import { readFileSync } from 'node:fs';

import pg from 'pg';
import { expect } from 'vitest';

export interface Places {
  /** Every table of every schema of this database is searched, bytes included. */
  databaseUrl: string;
  /** Log lines and whatever else was written. */
  texts?: readonly string[];
  /** Log files. */
  files?: readonly string[];
}

/** How a number may be written: bare, or in groups; and what bytes of it look like in a dump. */
function spellings(cardNumber: string): string[] {
  const groups = cardNumber.match(/\w{1,4}/g) ?? [];
  const written = [cardNumber, groups.join(' '), groups.join('-'), groups.join('%20')];
  return written.flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    // Whole, or begun one or two bytes into a group of three.
    ...[0, 1, 2].map((offset) =>
      Buffer.from(text.slice(offset, offset + 3 * Math.floor((text.length - offset) / 3)))
        .toString('base64')
        .replace(/=+$/, ''),
    ),
  ]);
}

/**
 * @param cardNumber or IBAN, or account number
 * @returns where it stands, in words; empty when it stands nowhere.
 */
export async function findCardNumber(cardNumber: string, places: Places): Promise<string[]> {
  const digits = cardNumber.replace(/\W/g, '');
  const needles = spellings(digits);
  const found: string[] = [];
  const look = (place: string, text: string) => {
    const needle = needles.find((each) => text.includes(each));
    if (needle) found.push(`${place}: …${needle}…`);
  };
  places.texts?.forEach((text, index) => look(`text ${index}`, text));
  for (const file of places.files ?? []) look(file, readFileSync(file, 'latin1'));

  const client = new pg.Client({ connectionString: places.databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and n.nspname not like 'pg\\_%'
         and n.nspname <> 'information_schema'
       order by 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select r::text as row from ${name} r
         where exists (select from unnest($1::text[]) needle where position(needle in r::text) > 0)
         limit 3`,
        [needles],
      );
      for (const { row } of rows) look(name, row);
    }
  } finally {
    await client.end();
  }
  return found;
}

/** Fails, naming the places, where `cardNumber` was kept anywhere. */
export async function expectNowhere(cardNumber: string, places: Places): Promise<void> {
  expect(await findCardNumber(cardNumber, places)).toEqual([]);
}
