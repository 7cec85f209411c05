import { readFileSync } from 'node:fs';
import pg from 'pg';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { startChild } from '../child.ts';
import { operations } from './operations.ts';
import { createHmac } from 'node:crypto';
import { readerRole } from './history.ts';
const { asked } = JSON.parse(readFileSync('/tmp/zzq/asked.json', 'utf8'));
const postgres: any = await startEmbeddedPostgres({
  dataDir: '/tmp/zzq/data',
  settings: {
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track_planning': 'on',
    'pg_stat_statements.track': 'top',
  },
} as any);
const admin = new URL(postgres.adminUrl);
admin.pathname = new URL(postgres.url).pathname;
const db = new pg.Client({ connectionString: admin.href });
await db.connect();
await db.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
const secret = 'a secret of a benchmark, good for nothing else';
function tokenFor(merchantId: string) {
  const part = (v: object) => Buffer.from(JSON.stringify(v)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'postgraphile', role: readerRole, merchant_id: merchantId })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
const clients: any = startChild(new URL('./clients.ts', import.meta.url));
for (const server of ['ours', 'postgraphile', 'hand'] as const) {
  const p: any = startChild(new URL('./server.ts', import.meta.url), {
    GRAPHILE_ENV: 'production',
  });
  const url = await p.ask({ ask: 'start', name: server, url: postgres.url, tokenSecret: secret });
  for (const op of operations) {
    const ids = op.name === 'customer' ? asked.customerIds : [''];
    const calls = ids.map((id: string) =>
      server === 'hand'
        ? {
            url: `${url}/${op.name}?id=${id}`,
            headers: { authorization: `Bearer ${asked.keys.hand}` },
            body: null,
          }
        : {
            url,
            headers: {
              authorization: `Bearer ${server === 'ours' ? asked.keys.ours : tokenFor(asked.merchantId)}`,
            },
            body: JSON.stringify({
              query: (op.documents as any)[server],
              variables: {
                id: server === 'ours' ? Buffer.from(`Customer:${id}`).toString('base64') : id,
              },
            }),
          },
    );
    await clients.ask({ ask: 'repeat', calls, atOnce: 4, milliseconds: 1500 });
    await db.query('SELECT pg_stat_statements_reset()');
    const r = await clients.ask({ ask: 'repeat', calls, atOnce: 1, milliseconds: 3000 });
    console.log(server, op.name, ((r.seconds / r.count) * 1000).toFixed(2), 'ms each');
    const { rows } = await db.query(
      'SELECT calls, round((total_exec_time/calls)::numeric,3) AS exec, round((total_plan_time/calls)::numeric,3) AS plan, left(query, $1::int) AS query FROM pg_stat_statements WHERE calls > 20 ORDER BY total_exec_time + total_plan_time DESC LIMIT 5',
      [Number(process.env.LEN ?? 100)],
    );
    for (const row of rows)
      console.log(
        '  ',
        (row.calls / r.count).toFixed(1),
        'exec',
        row.exec,
        'plan',
        row.plan,
        row.query.replace(/\s+/g, ' '),
      );
  }
  await p.close();
}
await clients.close();
await db.end();
await postgres.stop();
process.exit(0);
