/** A merchant's test clock as an integrator holds it: started, advanced and watched over the API. */
import { setTimeout as wait } from 'node:timers/promises';

import type { Data, GraphqlClient } from './graphql-client.ts';

export interface TimeTravel {
  /** Gives the merchant its clock, and waits until it stands at `at`. */
  start(at: string): Promise<void>;
  /** Advances to an instant, or by an ISO 8601 duration, and waits until it has arrived. */
  to(instant: string): Promise<void>;
  by(duration: string): Promise<void>;
}

const glanceMs = 100;
const patienceMs = 60_000;

const start = `mutation ($input: StartTestClockInput!) { startTestClock(input: $input) {
  __typename ... on Error { code message } } }`;
const advance = `mutation ($input: AdvanceTestClockInput!) { advanceTestClock(input: $input) {
  __typename ... on Error { code message } } }`;
const standing = `{ viewer { merchant { testClock { now isAdvancing } } } }`;

/** @param client of staff or a key that may `merchant:write`. */
export function timeTravel(client: GraphqlClient): TimeTravel {
  async function ask(mutation: string, input: object): Promise<void> {
    const answer = Object.values<Data>(await client.data(mutation, { input }))[0];
    if (answer.__typename !== 'TestClock') throw new Error(JSON.stringify(answer));
    for (const began = performance.now(); ;) {
      const { viewer } = await client.data(standing);
      if (!viewer.merchant.testClock.isAdvancing) return;
      if (performance.now() - began > patienceMs) {
        throw new Error(`The clock is still at ${viewer.merchant.testClock.now}`);
      }
      await wait(glanceMs);
    }
  }
  return {
    start: (at) => ask(start, { at }),
    to: (to) => ask(advance, { to }),
    by: (by) => ask(advance, { by }),
  };
}
