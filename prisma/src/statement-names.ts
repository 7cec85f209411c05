/**
 * Names for prepared statements: a named one is parsed and planned once a connection, not at every
 * call. That is most of what a small statement costs Postgres, and more for a read that joins.
 */

/**
 * The first texts get a name, whatever comes later gets none and runs all the same: Postgres keeps
 * every named statement of a connection until it closes. Where texts vary with what clients select,
 * names are of their own, so that nobody uses up those of others.
 *
 * @param prefix one for each source of texts, because names are the connection's
 * @param most how many texts get a name
 * @returns names a statement's text; '' (no name) once all are given.
 */
export function createStatementNames(prefix: string, most: number): (sql: string) => string {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= most) return '';
    const name = `${prefix}${names.size}`;
    names.set(sql, name);
    return name;
  };
}
