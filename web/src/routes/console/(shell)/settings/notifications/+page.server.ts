import { error } from '@sveltejs/kit';
import { NotificationTemplatesDocument } from '#lib/gql/graphql.ts';
import { orErrorPage } from '#lib/graphql/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { viewer } = await orErrorPage(locals.api.query(NotificationTemplatesDocument));
  const templates = viewer.merchant?.notificationTemplates;
  if (!templates) error(403, 'No access to the notification templates');
  return { templates };
};
