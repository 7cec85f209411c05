/** Gives the database at TEMPLATE_URL every schema that a running installation has. */
import { createSandboxGateway } from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { migrateJobs } from '@4geeks/api/adapters/jobs/graphile';
import { createOutbox } from '@4geeks/api/adapters/mail/outbox';
import { createLogger } from '@4geeks/api/log';
import { applyMigrations } from '@4geeks/prisma/migrate';

const url = process.env['TEMPLATE_URL']!;
await applyMigrations({ url });
await migrateJobs(url, createLogger({ level: 'silent' }));
const sandbox = createSandboxGateway({
  connectionString: url,
  publicUrl: 'http://localhost',
  secret: 'template',
  webhooks: { secret: '', url: () => 'http://localhost' },
});
await sandbox.migrate();
await sandbox.close();
const outbox = createOutbox({ connectionString: url });
await outbox.migrate();
await outbox.close();
