/** Staff inviting and joining over HTTP. */
import { cookiesOf, type TestApi } from './api.ts';
import type { Answer, GraphqlClient } from './graphql-client.ts';
import { invitationToken } from './invitation-mail.ts';

const errorFields = `... on Error { code message } ... on InvalidInputError { field reason }`;

export const acceptance = `mutation ($input: AcceptStaffInvitationInput!) { acceptStaffInvitation(input: $input) {
  __typename ... on JoinedStaff { staffMember { id name email role isViewer } } ${errorFields} } }`;

export const invitationFields = '... on StaffInvitation { id email role locale status expiresAt }';

/** What somebody new chooses. */
export const account = { name: 'Nora', password: 'nora knows a password' };

/** A mutation that answers with `fields`, or with an error. */
export function typed(name: string, fields: string): string {
  const input = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ${fields} ... on Error { code message } } }`;
}

export async function change(
  client: GraphqlClient,
  name: string,
  input: object,
  fields = '',
): Promise<Answer['data']> {
  return (await client.data(typed(name, fields), { input }))[name];
}

let count = 0;
/** One that nobody has. */
export const newAddress = () => `new${(count += 1)}@team.example`;

/** The token of the newest invitation to `email`. */
export async function tokenOf(api: TestApi, email: string): Promise<string> {
  const [mail] = await api.app.outbox.listWithBodies({ to: email, limit: 1 });
  return invitationToken(mail);
}

/** Invites, from an hour of its own, and lets the mail go out. */
export async function invite(api: TestApi, by: GraphqlClient, more: object = {}) {
  api.clock.advance({ hours: 1 });
  const email = newAddress();
  const input = { email, role: 'SUPPORT', ...more };
  const invitation = await change(by, 'inviteStaffMember', input, invitationFields);
  await api.drain();
  return { email, id: invitation.id as string, invitation, token: await tokenOf(api, email) };
}

/** Joins as somebody new. */
export async function join(
  api: TestApi,
  token: string,
): Promise<{ client: GraphqlClient; answer: Answer }> {
  const answer = await api.client().request(acceptance, { input: { token, ...account } });
  return { answer, client: api.client({ headers: { cookie: cookiesOf(answer) } }) };
}
