/** Demo mode: a seeded merchant, and `demo.json` so that people and scripts find their way in. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
import type { App } from '../app.ts';
import type { Env } from '../env.ts';
import { deriveKey, gatewayWebhookSecret, loadSecret } from '../secret.ts';
import { seedDemo } from './seed-demo.ts';

/** What demo.json holds. Secrets of a demo; the file is its owner's to read. */
export interface Demo {
  url: string;
  consoleUrl: string;
  staff: { email: string; password: string };
  portalUrl: string;
  pastDueCustomerEmail: string;
  apiKey: string;
  graphqlUrl: string;
  mailboxUrl: string;
}

/**
 * Seeds an empty database and writes demo.json; later starts read it back. Seeding that was killed
 * half-way is begun again from nothing.
 *
 * @returns null when the database has merchants that did not come from here.
 */
export async function prepareDemo(app: App, env: Env, databaseUrl: string): Promise<Demo | null> {
  const file = join(env.dataDir, 'demo.json');
  // Stands while seeding: what is in the database beside it is half a demo and nothing else.
  const unfinished = join(env.dataDir, 'demo-unfinished');
  if (existsSync(unfinished)) {
    await app.database.$executeRaw`TRUNCATE "Merchant", "StaffUser" CASCADE`;
    await app.database.$executeRaw`TRUNCATE outbox.message`;
  } else if ((await app.database.merchant.count()) > 0) {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Demo) : null;
  }
  writeFileSync(unfinished, '');
  const startedAt = performance.now();
  process.stdout.write('Seeding the demo merchant with a year of history ... ');
  const password = randomBytes(9).toString('base64url');
  const clock = { now: app.billing.clock.now() };
  const secret = env.secret ?? loadSecret(env.dataDir);
  const sandbox = createSandboxGateway({
    connectionString: databaseUrl,
    publicUrl: env.publicUrl,
    secret: deriveKey(secret, 'sandbox gateway'),
    now: () => clock.now,
    webhooks: {
      secret: gatewayWebhookSecret(secret),
      url: () => env.publicUrl,
      // History asks the gateway instead of being told.
      post: async () => new Response(null, { status: 204 }),
    },
  });
  try {
    const seeded = await seedDemo({
      billing: app.billing,
      sandbox,
      clock,
      createStaffUser: (user) => app.staffAuth.createStaffUser(user),
      staffPassword: password,
    });
    const demo: Demo = {
      url: env.publicUrl,
      consoleUrl: `${env.publicUrl}/console`,
      staff: { email: seeded.staffEmail, password },
      portalUrl: seeded.portalUrl,
      pastDueCustomerEmail: seeded.pastDueCustomerEmail,
      apiKey: seeded.apiKey,
      graphqlUrl: `${env.publicUrl}/graphql`,
      mailboxUrl: `${env.publicUrl}/mailbox`,
    };
    writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
    rmSync(unfinished);
    process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return demo;
  } finally {
    await sandbox.close();
  }
}

export function printWhereToGo(url: string, demo: Demo | null): void {
  const lines = demo
    ? [
        `4Geeks Payments runs at ${url}`,
        '',
        `  Console    ${demo.consoleUrl}`,
        `             ${demo.staff.email}  ${demo.staff.password}`,
        `  Mailbox    ${demo.mailboxUrl}`,
        `             the failed-payment mail to ${demo.pastDueCustomerEmail} starts the story`,
        `  Portal     ${demo.portalUrl}`,
        `  API        ${demo.graphqlUrl}`,
        '',
        'Ctrl-C stops everything.',
      ]
    : [`4Geeks Payments runs at ${url}`];
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
