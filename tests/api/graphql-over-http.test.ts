/** The GraphQL-over-HTTP specification, by its own audit: MUST, SHOULD and MAY. */
import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';

import { testApi } from '../testkit/api.ts';

const api = await testApi();

const audits = serverAudits({ url: `${api.url}/graphql` });

describe('the audit of graphql-http', () => {
  it('asks for everything the specification says', () => {
    const levels = Map.groupBy(audits, ({ name }) => name.split(' ', 1)[0]);
    expect([...levels.keys()].sort()).toEqual(['MAY', 'MUST', 'SHOULD']);
    expect(audits.length).toBeGreaterThan(60);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (_id, _name, audit) => {
      expect(await audit.fn()).toMatchObject({ status: 'ok' });
    },
  );
});
