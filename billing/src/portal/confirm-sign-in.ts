import type { SignInRequest } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { hashSecret, sameHash } from '../access/secret.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { parseEmailAddress } from '../customer/email-address.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { beginSession } from './begin-session.ts';
import { confirmSessionLink, type ConfirmedSessionLink } from './confirm-session-link.ts';
import { SignInLinkError, type SignInLinkErrorCode } from './errors.ts';
import { codeTries } from './sign-in-limits.ts';

export interface ConfirmSignInInput {
  portalSlug: string;
  /**
   * The token of a mailed link, or of one that createPortalSession made; or, instead, `email` with
   * the mail's 6-digit `code`.
   */
  token?: string | null;
  email?: string | null;
  code?: string | null;
  /** Which customer, where several share the address. */
  customerId?: string | null;
}

export type ConfirmedSignIn =
  | ({ status: 'signed_in' } & ConfirmedSessionLink)
  | {
      /** Several customers share the address; the link is not used up yet. */
      status: 'choose_customer';
      choices: { customerId: string; name: string }[];
    };

/**
 * Signs a customer in, once per link: two confirmations of one link race for its row lock and the
 * second is refused. Opening a link confirms nothing; only this does.
 *
 * @throws SignInLinkError SIGN_IN_LINK_EXPIRED, SIGN_IN_LINK_USED, SIGN_IN_LINK_INVALID
 * @throws InvalidInputError neither a token nor an address with a code
 */
export async function confirmSignIn(
  billing: Billing,
  input: ConfirmSignInInput,
): Promise<ConfirmedSignIn> {
  const { database } = billing;
  const portal = await database.portalSettings.findUnique({ where: { slug: input.portalSlug } });
  if (!portal?.enabled) throw new SignInLinkError('SIGN_IN_LINK_INVALID');
  const { merchantId } = portal;
  const opened =
    input.token && (await confirmSessionLink(billing, { merchantId, token: input.token }));
  if (opened) return { status: 'signed_in', ...opened };
  const request = await findRequest(billing, merchantId, input);
  if (!request) throw new SignInLinkError('SIGN_IN_LINK_INVALID');

  const system: SystemViewer = { kind: 'system', merchantId };
  const confirmed = await inTransaction(billing, system, (transaction) =>
    confirm(billing, transaction, request, input),
  );
  // A wrong code must be counted even though it is refused: refuse after the commit.
  if (typeof confirmed === 'string') throw new SignInLinkError(confirmed);
  return confirmed;
}

async function findRequest(
  { database, hashKey }: Billing,
  merchantId: string,
  { token, email, code }: ConfirmSignInInput,
): Promise<SignInRequest | null> {
  if (token) {
    return database.signInRequest.findFirst({
      where: { merchantId, tokenHash: hashSecret(hashKey, 'sign-in-token', token) },
    });
  }
  if (!email || !code) {
    throw new InvalidInputError(
      'code',
      'CODE_REQUIRED',
      'Give the token, or the address and code.',
    );
  }
  const { emailNormalized } = parseEmailAddress(email);
  // Only the newest mail's code counts; guessing cannot be spread over several. A wrong code for an
  // address of nobody is the same work as for a customer's: time must not tell them apart.
  return database.signInRequest.findFirst({
    where: {
      merchantId,
      email: emailNormalized,
      outcome: { in: ['SENT', 'CONSUMED', 'NO_MATCH'] },
    },
    orderBy: { createdAt: 'desc' },
  });
}

async function confirm(
  billing: Billing,
  transaction: BillingTransaction,
  { id, merchantId }: SignInRequest,
  input: ConfirmSignInInput,
): Promise<ConfirmedSignIn | SignInLinkErrorCode> {
  const { database } = transaction;
  const now = billing.clock.now();
  await lockRow(database, 'SignInRequest', { merchantId, id });
  const request = await database.signInRequest.findUniqueOrThrow({ where: { id } });
  if (!input.token) {
    if (request.codeAttempts >= codeTries) return 'SIGN_IN_LINK_INVALID';
    const given = hashSecret(billing.hashKey, `sign-in-code:${id}`, (input.code ?? '').trim());
    if (!request.codeHash || !sameHash(given, request.codeHash)) {
      await database.signInRequest.update({
        where: { id },
        data: { codeAttempts: { increment: 1 } },
      });
      return 'SIGN_IN_LINK_INVALID';
    }
  }
  if (request.consumedAt) return 'SIGN_IN_LINK_USED';
  if (request.expiresAt <= now) return 'SIGN_IN_LINK_EXPIRED';

  const customers = await database.customer.findMany({
    where: { merchantId, emailNormalized: request.email },
    orderBy: { createdAt: 'asc' },
    take: 20,
    select: { id: true, name: true },
  });
  const chosen = input.customerId
    ? customers.find((customer) => customer.id === input.customerId)
    : customers.length === 1
      ? customers[0]
      : undefined;
  if (!chosen) {
    if (customers.length === 0 || input.customerId) return 'SIGN_IN_LINK_INVALID';
    return {
      status: 'choose_customer',
      choices: customers.map((customer) => ({ customerId: customer.id, name: customer.name })),
    };
  }

  await database.signInRequest.update({
    where: { id },
    data: { consumedAt: now, outcome: 'CONSUMED' },
  });
  const session = await beginSession(billing, transaction, {
    merchantId,
    customerId: chosen.id,
  });
  return {
    status: 'signed_in',
    ...session,
    returnPath: request.returnPath,
    subscriptionId: null,
  };
}
