import { toast } from 'svelte-sonner';
import { errorSentence, failureSentence } from '#lib/errors/sentences.ts';
import {
  ResendStaffInvitationDocument,
  type StaffInvitationRowFragment,
} from '#lib/gql/graphql.ts';
import type { Api } from '#lib/graphql/api-context.ts';
import { m } from '#lib/paraglide/messages.js';

/** Asks for another mail, and says how it went. */
export async function resendInvitation(
  api: Api,
  { id, email }: StaffInvitationRowFragment,
): Promise<void> {
  try {
    const { resendStaffInvitation: result } = await api.mutate(ResendStaffInvitationDocument, {
      input: { staffInvitationId: id },
    });
    if (result?.__typename === 'StaffInvitation') toast.success(m.console_team_resent({ email }));
    else toast.error(result ? errorSentence(result) : m.error_forbidden());
  } catch (failure) {
    toast.error(failureSentence(failure));
  }
}
