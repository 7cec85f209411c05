// usage: OP=customers ATONCE=4 MS=6000 PROF=1 node --no-warnings --max-semi-space-size=... bench/query/zz.ts
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { startChild } from '../child.ts';
import { operations } from './operations.ts';
import { startOurs } from './ours.ts';
const { asked } = JSON.parse(readFileSync('/tmp/zzq/asked.json', 'utf8'));
const postgres = await startEmbeddedPostgres({ dataDir: '/tmp/zzq/data' });
const url = await startOurs(postgres.url);
const clients: any = startChild(new URL('./clients.ts', import.meta.url));
const ops = (process.env.OP ?? 'customer,invoices,customers').split(',');
for (const name of ops) {
  const op = operations.find((o) => o.name === name)!;
  const ids = name === 'customer' ? asked.customerIds : [''];
  const calls = ids.map((id: string) => ({
    url,
    headers: { authorization: `Bearer ${asked.keys.ours}` },
    body: JSON.stringify({
      query: op.documents.ours,
      variables: { id: Buffer.from(`Customer:${id}`).toString('base64') },
    }),
  }));
  const atOnce = Number(process.env.ATONCE ?? 4),
    milliseconds = Number(process.env.MS ?? 6000);
  await clients.ask({ ask: 'repeat', calls, atOnce, milliseconds: 4000 });
  let s: Session | undefined;
  if (process.env.PROF) {
    s = new Session();
    s.connect();
    await s.post('Profiler.enable');
    await s.post('Profiler.setSamplingInterval', { interval: 200 });
    await s.post('Profiler.start');
  }
  const c = process.cpuUsage();
  const { count, seconds } = await clients.ask({ ask: 'repeat', calls, atOnce, milliseconds });
  const d = process.cpuUsage(c);
  console.log(
    name,
    (count / seconds).toFixed(1),
    'per s; cpu ms',
    ((d.user + d.system) / 1000 / count).toFixed(3),
  );
  if (s) {
    const { profile } = await s.post('Profiler.stop');
    writeFileSync(`/tmp/prof-${name}.json`, JSON.stringify([profile]));
    s.disconnect();
  }
}
await clients.close();
await postgres.stop();
process.exit(0);
