import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { EnvError, envNames, readEnv } from './env.ts';

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
}

const production = {
  NODE_ENV: 'production',
  SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://billing.example/',
  DATABASE_URL: 'postgresql://db/payments',
  POSTMARK_SERVER_TOKEN: 'token',
  MAIL_FROM: 'billing@acme.example',
};

describe('readEnv', () => {
  it('needs nothing', () => {
    expect(readEnv({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:4000',
      dataDir: '.data',
      databaseUrl: null,
      demo: true,
      secret: null,
      role: 'all',
      postmark: null,
      paymentRecoverySeconds: 60,
      logLevel: 'info',
    });
    expect(readEnv({ PORT: '', DEMO: '' })).toEqual(readEnv({}));
  });

  it('reads a production', () => {
    expect(readEnv(production)).toMatchObject({
      production: true,
      demo: false,
      host: '0.0.0.0',
      publicUrl: 'https://billing.example',
      postmark: { serverToken: 'token', messageStream: 'outbound' },
    });
  });

  it('has one line for each problem, without its value', () => {
    expect(
      problemsOf({
        PORT: 'http',
        PUBLIC_URL: 'https://billing.example/path',
        DATABASE_URL: 'mysql://db',
        SECRET: 'short',
        ROLE: 'boss',
        DEMO: 'maybe',
        MAIL_FROM: 'nobody',
        LOG_LEVEL: 'loud',
        PAYMENT_RECOVERY_SECONDS: '1',
      }),
    ).toEqual([
      'PORT must be a whole number',
      'PUBLIC_URL must have no path',
      'DATABASE_URL must start with postgresql://',
      'DEMO must be true or false',
      'SECRET must have at least 32 characters',
      'ROLE must be one of all, api, worker',
      'MAIL_FROM must be an email address',
      'PAYMENT_RECOVERY_SECONDS must be 5 to 86400',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
    ]);
  });

  it('asks for what must not be guessed', () => {
    expect(problemsOf({ NODE_ENV: 'production' }).map((line) => line.split(' ')[0])).toEqual([
      'SECRET',
      'PUBLIC_URL',
      'POSTMARK_SERVER_TOKEN',
    ]);
    expect(problemsOf({ ROLE: 'worker' }).map((line) => line.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'SECRET',
    ]);
    expect(problemsOf({ POSTMARK_SERVER_TOKEN: 'token' })).toHaveLength(1);
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const shown = new Map(
    [...text.matchAll(/^# ?([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
  );

  it('names every variable there is, and no other', () => {
    expect([...shown.keys()].sort()).toEqual([...envNames].sort());
  });

  it('shows the defaults', () => {
    const { DATABASE_URL, ...defaults } = Object.fromEntries(shown);
    expect(readEnv(defaults)).toEqual(readEnv({}));
    expect(readEnv({ DATABASE_URL })).toMatchObject({ databaseUrl: DATABASE_URL });
  });
});
