import { error } from '@sveltejs/kit';
import { PortalSettingsPageDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { viewer } = await orErrorPage(locals.api.query(PortalSettingsPageDocument));
  const settings = viewer.merchant?.portalSettings;
  if (!settings) error(403, 'No access to the portal settings');
  return { settings };
};
