/** How to reach the embedded server: decided once, remembered in `connection.json`. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface Connection {
  port?: number;
  /** Of the role `payments`, which owns the application's database. */
  password: string;
  /** Of the superuser `postgres`. */
  adminPassword: string;
}

/** The remembered connection, or new passwords, remembered before they are used. */
export function loadConnection(dataDir: string): Connection {
  try {
    return JSON.parse(readFileSync(connectionFile(dataDir), 'utf8')) as Connection;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = () => randomBytes(24).toString('base64url');
  const connection = { password: secret(), adminPassword: secret() };
  saveConnection(dataDir, connection);
  return connection;
}

export function saveConnection(dataDir: string, connection: Connection): void {
  const file = connectionFile(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(connection, null, 2) + '\n', { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const connectionFile = (dataDir: string) => join(dataDir, 'connection.json');

export function connectionUrl(
  user: string,
  password: string,
  port: number,
  database: string,
): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** The preferred port if nobody listens on it, else one that the system picks. */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred && (await tryPort(preferred))) return preferred;
  return (await tryPort(0))!;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
