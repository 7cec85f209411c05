import { pageVariables } from '#lib/console/list-page.ts';
import { ConsoleApiKeysDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { apiKeys } = await orErrorPage(
    locals.api.query(ConsoleApiKeysDocument, pageVariables(url)),
  );
  return { apiKeys };
};
