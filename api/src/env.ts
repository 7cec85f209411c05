/**
 * The settings of the process, read once at start from environment variables. `.env.example` at the
 * root explains each; a test keeps the two in step.
 */
import { z } from 'zod';

import { logLevels } from './log.ts';

/** Jobs at once in a worker: they mostly wait, and what waits together is done together. */
export const usualConcurrency = 32;

/** An unset variable and an empty one are the same. */
const unset = (value: unknown) => (value === '' ? undefined : value);
const optional = <Shape extends z.ZodType>(shape: Shape) => z.preprocess(unset, shape.optional());
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be ${least} to ${most}`);
const yesNo = z
  .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'], 'must be true or false')
  .transform((value) => ['1', 'true', 'yes', 'on'].includes(value));

const shapes = {
  NODE_ENV: optional(z.enum(['development', 'production', 'test'])),
  PORT: optional(whole(0, 65_535)),
  HOST: optional(z.string()),
  PUBLIC_URL: optional(
    z
      .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
      .refine(
        (value) =>
          !URL.canParse(value) || /^\/*$/.test(new URL(value).pathname + new URL(value).search),
        'must have no path',
      ),
  ),
  DATA_DIR: optional(z.string()),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\/./, 'must start with postgresql://')),
  DATABASE_POOL_SIZE: optional(whole(2, 500)),
  DEMO: optional(yesNo),
  SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  ROLE: optional(z.enum(['all', 'api', 'worker'])),
  WORKER_CONCURRENCY: optional(whole(1, 200)),
  MAIL_FROM: optional(z.email('must be an email address')),
  POSTMARK_SERVER_TOKEN: optional(z.string()),
  POSTMARK_MESSAGE_STREAM: optional(z.string()),
  SANDBOX_LATENCY_MS: optional(whole(0, 10_000)),
  SANDBOX_SETTLEMENT_SECONDS: optional(whole(0, 604_800)),
  PAYMENT_RECOVERY_SECONDS: optional(whole(5, 86_400)),
  TRUST_PROXY: optional(yesNo),
  LOG_LEVEL: optional(z.enum(logLevels)),
};

/** Every variable we read. */
export const envNames = Object.keys(shapes) as (keyof typeof shapes)[];

/** The settings, with defaults filled in. */
export interface Env {
  production: boolean;
  port: number;
  host: string;
  /** Without a trailing slash. */
  publicUrl: string;
  /** As given; relative to the working directory. */
  dataDir: string;
  /** Null: run the embedded Postgres in dataDir. */
  databaseUrl: string | null;
  databasePoolSize: number;
  /** Seeds a demo merchant, writes demo.json, opens the mailbox page. */
  demo: boolean;
  /** Null: keep one in dataDir (see loadSecret). */
  secret: string | null;
  role: 'all' | 'api' | 'worker';
  workerConcurrency: number;
  mailFrom: string;
  /** Null: mails stay in the outbox. */
  postmark: { serverToken: string; messageStream: string } | null;
  sandboxLatencyMs: number;
  sandboxSettlementSeconds: number;
  paymentRecoverySeconds: number;
  /** Whether x-forwarded-* headers come from a proxy of ours. */
  trustProxy: boolean;
  logLevel: (typeof logLevels)[number];
}

/** The message has one line for each problem. */
export class EnvError extends Error {
  override name = 'EnvError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** @throws EnvError naming every variable that is wrong or missing; never its value. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const parsed = z.object(shapes).safeParse(source);
  if (!parsed.success) {
    throw new EnvError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${sentence(issue)}`),
    );
  }
  const given = parsed.data;
  const production = given.NODE_ENV === 'production';
  const demo = given.DEMO ?? !production;
  const role = given.ROLE ?? 'all';
  const port = given.PORT ?? 4000;

  const problems: string[] = [];
  const need = (name: keyof typeof given, when: boolean, why: string) => {
    if (when && given[name] === undefined) problems.push(`${name} is required ${why}`);
  };
  need('SECRET', production, 'when NODE_ENV=production');
  need('PUBLIC_URL', production, 'when NODE_ENV=production: mails carry links to it');
  need('DATABASE_URL', role !== 'all', `when ROLE=${role}: processes share one database`);
  need('SECRET', role !== 'all' && !production, `when ROLE=${role}: processes share one secret`);
  need(
    'POSTMARK_SERVER_TOKEN',
    production && !demo,
    'when NODE_ENV=production: without it no mail leaves this machine',
  );
  need('MAIL_FROM', given.POSTMARK_SERVER_TOKEN !== undefined, 'when mail is sent by Postmark');
  if (problems.length > 0) throw new EnvError(problems);

  return {
    production,
    port,
    // The demo hands out its mails to whoever asks: not to the whole network.
    host: given.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: (given.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    dataDir: given.DATA_DIR ?? '.data',
    databaseUrl: given.DATABASE_URL ?? null,
    databasePoolSize: given.DATABASE_POOL_SIZE ?? 10,
    demo,
    secret: given.SECRET ?? null,
    role,
    workerConcurrency: given.WORKER_CONCURRENCY ?? usualConcurrency,
    mailFrom: given.MAIL_FROM ?? 'billing@payments.example',
    postmark:
      given.POSTMARK_SERVER_TOKEN === undefined
        ? null
        : {
            serverToken: given.POSTMARK_SERVER_TOKEN,
            messageStream: given.POSTMARK_MESSAGE_STREAM ?? 'outbound',
          },
    sandboxLatencyMs: given.SANDBOX_LATENCY_MS ?? 0,
    sandboxSettlementSeconds: given.SANDBOX_SETTLEMENT_SECONDS ?? 8,
    paymentRecoverySeconds: given.PAYMENT_RECOVERY_SECONDS ?? 60,
    trustProxy: given.TRUST_PROXY ?? false,
    logLevel: given.LOG_LEVEL ?? 'info',
  };
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `must be one of ${issue.values.join(', ')}`;
  }
  return issue.message;
}
