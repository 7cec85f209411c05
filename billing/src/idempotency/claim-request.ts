import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Prisma, type IdempotentRequest } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { IdempotencyError } from './errors.ts';

/** How long a key is remembered. */
export const keyHours = 24;
/** How long whoever runs a request is believed to be alive. */
export const leaseSeconds = 60;
const retryAfterSeconds = 1;

/** The right to run one request, and to commit what it changes. */
export interface RequestClaim {
  requestId: string;
  /** One per run: whoever takes the request over gets another. */
  owner: string;
}

/** An answer as it was sent, sealed by whoever stored it. */
export interface StoredAnswer {
  status: number;
  contentType: string;
  body: Uint8Array;
  /** RequestClaim.owner of the run that it answers. */
  owner: string;
}

export type ClaimedRequest =
  { status: 'claimed'; claim: RequestClaim } | { status: 'answered'; answer: StoredAnswer };

type Signed = Exclude<Viewer, { kind: 'anonymous' }>;

/**
 * Takes a request that carries an idempotency key, if nobody else has it. What is true of the key
 * stands in one row, changed under its lock, so any number of processes agree:
 *
 * - no row, or one of more than a day ago: the request is this one's to run;
 * - its owner's lease has ended and it committed nothing: taken over, and the old owner cannot commit
 *   any more (note-commit.ts);
 * - it committed and its answer is stored: that is the answer.
 *
 * @param request everything that makes one request differ from another
 * @throws IdempotencyError IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED,
 *   IDEMPOTENCY_IN_PROGRESS (retryAfterSeconds), IDEMPOTENCY_ANSWER_LOST
 */
export async function claimRequest(
  billing: Billing,
  viewer: Signed,
  { key, request }: { key: string; request: string },
): Promise<ClaimedRequest> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new IdempotencyError('IDEMPOTENCY_KEY_INVALID');
  const facts = {
    merchantId: viewer.merchantId,
    viewer: nameOf(viewer),
    keyHash: hashSecret(billing.hashKey, 'idempotency-key', key),
    requestHash: hashSecret(billing.hashKey, 'idempotent-request', request),
  };
  for (;;) {
    const claim = await take(billing, facts);
    if (claim) return { status: 'claimed', claim };
    const answer = await readAnswer(billing, facts);
    if (answer) return { status: 'answered', answer };
    // It was released, or its lease ended, between the two statements.
  }
}

type Facts = Pick<IdempotentRequest, 'merchantId' | 'viewer' | 'keyHash' | 'requestHash'>;

async function take({ database, clock }: Billing, facts: Facts): Promise<RequestClaim | null> {
  const now = clock.now();
  const owner = randomUUID();
  const leaseUntil = new Date(now.getTime() + leaseSeconds * 1000);
  const expiresAt = new Date(now.getTime() + keyHours * 3_600_000);
  const [taken] = await database.sql.query<{ id: string }>(Prisma.sql`
    INSERT INTO "IdempotentRequest" AS before (
      id, "merchantId", viewer, "keyHash", "requestHash", owner, "leaseUntil", "createdAt",
      "expiresAt"
    ) VALUES (
      ${randomUUIDv7()}::uuid, ${facts.merchantId}::uuid, ${facts.viewer}, ${facts.keyHash},
      ${facts.requestHash}, ${owner}::uuid, ${leaseUntil}, ${now}, ${expiresAt}
    )
    ON CONFLICT ("merchantId", viewer, "keyHash") DO UPDATE SET
      "requestHash" = excluded."requestHash", owner = excluded.owner,
      "leaseUntil" = excluded."leaseUntil", "createdAt" = excluded."createdAt",
      "expiresAt" = excluded."expiresAt", "committedAt" = NULL,
      "answerStatus" = NULL, "answerType" = NULL, answer = NULL
    WHERE before."expiresAt" <= ${now} OR (
      before."requestHash" = excluded."requestHash" AND before."leaseUntil" <= ${now}
      AND before."committedAt" IS NULL AND before."answerStatus" IS NULL
    )
    RETURNING id`);
  return taken ? { requestId: taken.id, owner } : null;
}

async function readAnswer(
  { database, clock }: Billing,
  { merchantId, viewer, keyHash, requestHash }: Facts,
): Promise<StoredAnswer | null> {
  const row = await database.idempotentRequest.findUnique({
    where: { merchantId_viewer_keyHash: { merchantId, viewer, keyHash } },
  });
  if (!row) return null;
  if (row.requestHash !== requestHash) throw new IdempotencyError('IDEMPOTENCY_KEY_REUSED');
  const { answerStatus: status, answerType: contentType, answer: body, owner } = row;
  if (status !== null && contentType !== null && body !== null) {
    return { status, contentType, body, owner };
  }
  if (row.leaseUntil > clock.now()) {
    throw new IdempotencyError('IDEMPOTENCY_IN_PROGRESS', { retryAfterSeconds });
  }
  if (row.committedAt) throw new IdempotencyError('IDEMPOTENCY_ANSWER_LOST');
  return null;
}

function nameOf(viewer: Signed): string {
  switch (viewer.kind) {
    case 'staff':
      return `staff:${viewer.staffMemberId}`;
    case 'customer':
      return `customer:${viewer.customerId}`;
    case 'apiKey':
      return `apiKey:${viewer.apiKeyId}`;
  }
}
