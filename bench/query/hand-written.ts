/**
 * The least that an answer can cost: one prepared statement that checks the key and makes the JSON,
 * behind a bare handler. It knows three questions and nothing else.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashSecret } from '@4geeks/billing/access/secret';
import pg from 'pg';
import { statements, type OperationName } from './statements.ts';

/** Stands in for the key that the application derives from its secret. */
export const handWrittenHashKey = 'a key of a benchmark';

/** @returns where it answers: `/<operation>?id=`. */
export async function startHandWritten(databaseUrl: string): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.slice(1) as OperationName;
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const hash = hashSecret(handWrittenHashKey, 'api-key', key);
    const values = name === 'customer' ? [hash, searchParams.get('id')] : [hash];
    pool.query<{ answer: string }>({ name, text: statements[name], values }).then(
      ({ rows }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(rows[0]?.answer ?? 'null');
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
