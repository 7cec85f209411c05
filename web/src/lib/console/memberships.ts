import { toast } from 'svelte-sonner';
import { errorSentence, failureSentence } from '#lib/errors/sentences.ts';
import { SwitchMerchantDocument, type StaffViewerQuery } from '#lib/gql/graphql.ts';
import type { ApiClient } from '#lib/graphql/client.ts';
import { m } from '#lib/paraglide/messages.js';
import { console_ } from '#lib/routes.ts';

/** A merchant that whoever is signed in works for. */
export type Membership = StaffViewerQuery['viewer']['staffMemberships'][number];

/** Goes to another merchant, whole page, so that nothing of this one stays in memory. */
export async function goToMerchant(
  api: ApiClient,
  { merchantId, isCurrent }: Membership,
): Promise<void> {
  if (isCurrent) return;
  try {
    const { switchMerchant: result } = await api.mutate(SwitchMerchantDocument, {
      input: { merchantId },
    });
    if (result?.__typename === 'StaffMember') location.assign(console_.home());
    else toast.error(result ? errorSentence(result) : m.error_forbidden());
  } catch (failure) {
    toast.error(failureSentence(failure));
  }
}
