/**
 * Where Prisma's own tools find things. The connection string is only for hand-run commands such
 * as `prisma studio`; the application connects through `src/client.ts` and migrates through
 * `src/migrate.ts`.
 */
import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
