import { redirect } from '@sveltejs/kit';
import { StaffViewerDocument } from '#lib/gql/graphql.ts';
import { ApiFailure } from '#lib/graphql/failure.ts';
import { console_, safeNext } from '#lib/routes.ts';
import type { PageServerLoad } from './$types';

/** Whoever is signed in already goes on. An API out of reach does not hide the form. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'), console_.home());
  const staffMember = await locals.api.query(StaffViewerDocument).then(
    ({ viewer }) => viewer.staffMember,
    (failure: unknown) => {
      if (failure instanceof ApiFailure) return null;
      throw failure;
    },
  );
  if (staffMember) redirect(303, next);
  return { next };
};
