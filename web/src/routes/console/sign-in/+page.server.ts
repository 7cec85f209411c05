import { redirect } from '@sveltejs/kit';
import { StaffAccountDocument } from '#lib/gql/graphql.ts';
import { ApiFailure } from '#lib/graphql/failure.ts';
import { console_, safeNext } from '#lib/routes.ts';
import type { PageServerLoad } from './$types';

/** Whoever is signed in already goes on. An API out of reach does not hide the form. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'), console_.home());
  const viewer = await locals.api.query(StaffAccountDocument).then(
    (answer) => answer.viewer,
    (failure: unknown) => {
      if (failure instanceof ApiFailure) return null;
      throw failure;
    },
  );
  if (viewer?.staffMember) redirect(303, next);
  // Signed in, and a member of no team (any more).
  return { next, strandedEmail: viewer?.staffAccount?.email };
};
