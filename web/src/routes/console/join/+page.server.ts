import { StaffAccountDocument } from '#lib/gql/graphql.ts';
import { ApiFailure } from '#lib/graphql/failure.ts';
import type { PageServerLoad } from './$types';

/** Who is signed in already. The invitation itself is behind the `#`, which no server sees. */
export const load: PageServerLoad = async ({ locals }) => {
  const account = await locals.api.query(StaffAccountDocument).then(
    ({ viewer }) => viewer.staffAccount ?? null,
    (failure: unknown) => {
      if (failure instanceof ApiFailure) return null;
      throw failure;
    },
  );
  return { account };
};
