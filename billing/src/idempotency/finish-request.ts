import type { Billing } from '../ports.ts';
import type { RequestClaim, StoredAnswer } from './claim-request.ts';

type FinishPort = Pick<Billing, 'database'>;

/**
 * Forgets a request that was refused, so that it may be sent again.
 *
 * @returns false where it did change something: its answer has to be stored.
 */
export async function releaseRequest(
  { database }: FinishPort,
  { requestId: id, owner }: RequestClaim,
): Promise<boolean> {
  const { count } = await database.idempotentRequest.deleteMany({
    where: { id, owner, committedAt: null },
  });
  return count > 0;
}

/** Keeps the answer for whoever sends the request again. Nothing, where it was taken over. */
export async function storeAnswer(
  { database }: FinishPort,
  { requestId: id, owner }: RequestClaim,
  { status, contentType, body }: Omit<StoredAnswer, 'owner'>,
): Promise<void> {
  await database.idempotentRequest.updateMany({
    where: { id, owner },
    data: { answerStatus: status, answerType: contentType, answer: new Uint8Array(body) },
  });
}
