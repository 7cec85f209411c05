import { pageVariables } from '#lib/console/list-page.ts';
import { ConsoleTeamDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

/** Null for roles that have nothing to do with the team; the page says so. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const { staffMembers, staffInvitations } = await orErrorPage(
    locals.api.query(ConsoleTeamDocument, pageVariables(url)),
  );
  return { staffMembers, staffInvitations };
};
