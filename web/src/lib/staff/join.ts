import { errorSentence, failureSentence } from '#lib/errors/sentences.ts';
import {
  AcceptStaffInvitationDocument,
  OfferedMembershipDocument,
  type OfferedMembershipQuery,
} from '#lib/gql/graphql.ts';
import type { ApiClient } from '#lib/graphql/client.ts';
import { m } from '#lib/paraglide/messages.js';

type Offered = NonNullable<OfferedMembershipQuery['offeredMembership']>;

/** What somebody is invited to. */
export type Offer = Extract<Offered, { __typename: 'OfferedMembership' }>;

/** `spent`: the link is of no use any more. */
export type Opened =
  { status: 'offered'; offer: Offer } | { status: 'spent' | 'failed'; sentence: string };

/** Asks what the link is for. Uses nothing up. */
export async function openInvitation(api: ApiClient, token: string): Promise<Opened> {
  if (!token) return { status: 'spent', sentence: m.error_staff_invitation_invalid() };
  try {
    const { offeredMembership: result } = await api.query(OfferedMembershipDocument, { token });
    switch (result?.__typename) {
      case 'OfferedMembership':
        return { status: 'offered', offer: result };
      case 'StaffInvitationError':
        return { status: 'spent', sentence: errorSentence(result) };
      default:
        return { status: 'failed', sentence: result ? errorSentence(result) : m.error_internal() };
    }
  } catch (failure) {
    return { status: 'failed', sentence: failureSentence(failure) };
  }
}

export type Joined =
  | { status: 'joined' }
  | { status: 'spent'; sentence: string }
  /** `field` names the input at fault, where it is one. */
  | { status: 'refused'; field?: 'name' | 'password'; sentence: string };

/** Joins; somebody new says what they are called and signs in with. On success there is a session. */
export async function joinTeam(
  api: ApiClient,
  input: { token: string; name?: string; password?: string },
): Promise<Joined> {
  try {
    const { acceptStaffInvitation: result } = await api.mutate(AcceptStaffInvitationDocument, {
      input,
    });
    switch (result?.__typename) {
      case 'JoinedStaff':
        return { status: 'joined' };
      case 'StaffInvitationError':
        return { status: 'spent', sentence: errorSentence(result) };
      case 'InvalidInputError':
        return {
          status: 'refused',
          sentence: errorSentence(result),
          field: result.field === 'name' ? 'name' : 'password',
        };
      default:
        return { status: 'refused', sentence: result ? errorSentence(result) : m.error_internal() };
    }
  } catch (failure) {
    return { status: 'refused', sentence: failureSentence(failure) };
  }
}
