/** Why the embedded Postgres cannot run, as one line that can be shown to whoever started it. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}
