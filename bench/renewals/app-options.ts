import type { AppOptions } from '@4geeks/api';
import { serverDelays } from '@4geeks/api/adapters/jobs/enqueue';

/** What an installation runs with by default, but for its log and its sweeps: the run starts them. */
export function appOptions(databaseUrl: string): Omit<AppOptions, 'log'> {
  return {
    databaseUrl,
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    secret: 'a secret of a benchmark, good for nothing else',
    mailFrom: 'bench@payments.example',
    postmark: null,
    mailbox: false,
    explorer: false,
    loadPages: null,
    paymentRecoverySeconds: 600,
    limitRates: false,
    sweep: false,
    delays: serverDelays,
  };
}
