/** Reads schema/authorization.md: what the committed table promises. */
import { readFileSync } from 'node:fs';

/** What a field asks of one kind of viewer: true is nothing more, false is never. */
export type Demand = boolean | readonly string[];

export interface FieldRow {
  field: string;
  staff: Demand;
  apiKey: Demand;
  portal: Demand;
  anonymous: Demand;
}

export interface AuthorizationTable {
  /** Roles by scope. */
  roles: Record<string, string[]>;
  /** Rows by type. */
  types: Record<string, FieldRow[]>;
}

export function readAuthorizationTable(): AuthorizationTable {
  const file = new URL('../../schema/authorization.md', import.meta.url);
  const roles: AuthorizationTable['roles'] = {};
  const types: AuthorizationTable['types'] = {};
  for (const section of readFileSync(file, 'utf8').split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n')).trim();
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    if (title.startsWith('Scopes')) {
      const names = ['OWNER', 'ADMIN', 'SUPPORT', 'ANALYST'];
      for (const [scope, ...cells] of rows) {
        roles[unquote(scope!)] = names.filter((_name, index) => cells[index] === 'yes');
      }
    } else if (rows.length > 0) {
      types[title] = rows.map(([field, staff, apiKey, portal, anonymous]) => ({
        field: unquote(field!),
        staff: demandOf(staff!),
        apiKey: demandOf(apiKey!),
        portal: demandOf(portal!),
        anonymous: demandOf(anonymous!),
      }));
    }
  }
  return { roles, types };
}

const unquote = (cell: string) => cell.replaceAll('`', '');

function demandOf(cell: string): Demand {
  if (cell === 'yes') return true;
  if (cell === 'no') return false;
  return cell.split(' ').map(unquote);
}
