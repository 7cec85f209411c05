import { ConsoleOverviewDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('console:overview');
  const { viewer, attention, payments, events } = await orErrorPage(
    locals.api.query(ConsoleOverviewDocument),
  );
  return { overview: viewer.merchant?.overview ?? null, attention, payments, events };
};
