/**
 * A server that is killed in the middle of a request. Prints its address; what the first mutation
 * that enqueues a job commits is the moment (DIE_AT).
 */
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';

export type DieAt =
  /** In the transaction, with everything written but the commit. */
  | 'before-commit'
  /** It has committed; nobody has been told. */
  | 'after-commit';

const { DATABASE_URL, NOW, DIE_AT } = process.env;
const app = await buildApp({
  databaseUrl: DATABASE_URL!,
  port: 0,
  host: '127.0.0.1',
  publicUrl: null,
  secret: 'a secret of tests that is long enough to be one',
  role: 'api',
  mailFrom: 'billing@payments.test',
  postmark: null,
  mailbox: false,
  explorer: false,
  loadPages: null,
  paymentRecoverySeconds: 60,
  log: createLogger({ level: 'silent' }),
  now: () => new Date(NOW!),
  limitRates: false,
});
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const { enqueue } = app.billing;
app.billing.enqueue = async (sql, jobs) => {
  await enqueue(sql, jobs);
  if ((DIE_AT as DieAt) === 'before-commit') die();
};
app.billing.publish = die;
const { port } = await app.start();
process.stdout.write(`http://127.0.0.1:${port}\n`);
