/** The API as an installation serves it, without its worker and pages. */
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { appOptions } from '../renewals/app-options.ts';

/** @returns where it answers. */
export async function startOurs(databaseUrl: string): Promise<string> {
  const app = await buildApp({
    ...appOptions(databaseUrl),
    role: 'api',
    log: createLogger({ level: 'error' }),
  });
  const { url } = await app.start();
  return `${url}/graphql`;
}
