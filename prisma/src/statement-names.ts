/**
 * Names for prepared statements: a named one is parsed and planned once a connection, not at every
 * call. That is most of what a small statement costs Postgres, and more for a read that joins.
 */

/** Postgres keeps every named statement of a connection until it closes, so there is an end to them. */
const mostNames = 500;

/**
 * The first texts get a name, whatever comes later gets none and runs all the same. Texts vary with
 * what clients select; those of the use cases are few.
 *
 * @returns names a statement's text; '' (no name) once all are given.
 */
export function createStatementNames(most = mostNames): (sql: string) => string {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= most) return '';
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
