/** Holds the running API to schema/authorization.md, for API keys: each scope alone, and all but it. */
import { apiKeyScopes as scopes, type Scope } from '@4geeks/billing/access/viewer';
import { describe, it } from 'vitest';

import { overHttp, overSocket, overStreams } from './carriers.ts';
import { deep, type Case } from './judge.ts';
import {
  api,
  checkAll,
  checkLive,
  checkMutations,
  checkNouns,
  checkPayload,
  checkRoots,
  merchant,
} from './table-run.ts';

describe('an API key', () => {
  it.each(scopes.map((scope) => [scope]))('with the scope %s alone', async (scope) => {
    const client = await api.apiKey(merchant, [scope]);
    const viewer: Case = { kind: 'apiKey', client, granted: new Set([scope]) };
    await checkAll(viewer, 'closed');
  });

  it('with every scope but one', { timeout: 60_000 }, async () => {
    for (const scope of scopes) {
      const others = scopes.filter((each): each is Scope => each !== scope);
      const client = await api.apiKey(merchant, others);
      const viewer: Case = { kind: 'apiKey', client, granted: new Set(others) };
      // What one scope opens was tried on every transport; what one closes is tried on one each.
      const transport = [overHttp, overSocket, overStreams][scopes.indexOf(scope) % 3]!;
      const carrier = await transport(client);
      await checkNouns(viewer, carrier, deep);
      await checkRoots(viewer, carrier);
      await checkMutations(viewer, carrier, 'closed');
      await checkLive(viewer, carrier);
      carrier.close();
      await checkPayload(viewer);
    }
  });
});
