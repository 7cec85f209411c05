/**
 * The header `Idempotency-Key` on mutations: sent again, a request is answered as it was the first
 * time, byte for byte, and is not run again. What is promised stands in docs/api/keys-and-sessions.md.
 *
 * The key counts for a signed-in viewer and a mutation over HTTP; anywhere else it says nothing.
 */
import { createHash } from 'node:crypto';
import { BillingError } from '@4geeks/billing/errors';
import {
  claimRequest,
  type ClaimedRequest,
  type RequestClaim,
} from '@4geeks/billing/idempotency/claim-request';
import { IdempotencyError, type IdempotencyErrorCode } from '@4geeks/billing/idempotency/errors';
import { releaseRequest, storeAnswer } from '@4geeks/billing/idempotency/finish-request';
import type { Billing } from '@4geeks/billing/ports';
import type { Context } from '@4geeks/schema';
import { getOperationAST, GraphQLError, print, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Sealing } from '../sealing.ts';

const header = 'idempotency-key';

export interface IdempotencyOptions {
  billing: Billing;
  /** Answers may hold secrets, shown once: they are kept sealed. */
  sealing: Sealing;
  log: Logger;
}

/** What is to become of the answer to one request. */
type Handling =
  | {
      kind: 'store';
      claim: RequestClaim;
      /** Something failed: it may have changed nothing. */ refused: boolean;
      /** For whoever the request made of its viewer, if it did: the next one comes from them. */
      claimForSuccessor: () => Promise<ClaimedRequest | null>;
    }
  | { kind: 'replay'; status: number; contentType: string; body: string };

/** A context over HTTP; over WebSocket there is no request. */
type HttpContext = Context & { request?: Request };

const statusOf: Record<IdempotencyErrorCode, number> = {
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_IN_PROGRESS: 409,
  IDEMPOTENCY_ANSWER_LOST: 409,
  IDEMPOTENCY_TAKEN_OVER: 409,
};

export function idempotentMutations({ billing, sealing, log }: IdempotencyOptions): Plugin {
  const handlings = new WeakMap<Request, Handling>();

  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const context = args.contextValue as unknown as HttpContext;
      const { request, viewer } = context;
      const key = request?.headers.get(header) ?? null;
      const operation = getOperationAST(args.document, args.operationName);
      if (!request || key === null || viewer.kind === 'anonymous') return;
      if (operation?.operation !== 'mutation') return;

      try {
        const text = JSON.stringify([
          print(args.document),
          operation.name?.value ?? null,
          await comparable(args.variableValues),
        ]);
        const claimed = await claimRequest(billing, viewer, { key, request: text });
        if (claimed.status === 'answered') {
          const { answer } = claimed;
          const body = sealing.open(answer.body, answer.owner);
          // Sealed under a secret that this installation no longer has.
          if (body === null) throw new IdempotencyError('IDEMPOTENCY_ANSWER_LOST');
          handlings.set(request, { kind: 'replay', ...answer, body });
          setResultAndStopExecution({ data: null });
          return;
        }
        const handling = {
          kind: 'store' as const,
          claim: claimed.claim,
          refused: true,
          claimForSuccessor: async () => {
            const now = context.viewer;
            if (now === viewer || now.kind === 'anonymous') return null;
            return claimRequest(billing, now, { key, request: text });
          },
        };
        handlings.set(request, handling);
        context.billing = { ...context.billing, idempotentRequest: claimed.claim };
        return {
          onExecuteDone({ result }) {
            handling.refused = context.refused === true || 'errors' in (result as ExecutionResult);
          },
        };
      } catch (error) {
        if (!(error instanceof BillingError)) throw error;
        setResultAndStopExecution({ errors: [refusal(error as IdempotencyError)] });
      }
    },

    async onResponse({ request, response, setResponse, fetchAPI }) {
      const handling = handlings.get(request);
      if (!handling) return;
      if (handling.kind === 'replay') {
        setResponse(
          new fetchAPI.Response(handling.body, {
            status: handling.status,
            headers: { 'content-type': handling.contentType, 'idempotency-replayed': 'true' },
          }),
        );
        return;
      }
      const { claim, refused } = handling;
      const { status, headers } = response;
      const body = await response.text();
      setResponse(new fetchAPI.Response(body, { status, headers }));
      try {
        if (refused && (await releaseRequest(billing, claim))) return;
        const store = (held: RequestClaim) =>
          storeAnswer(billing, held, {
            status,
            contentType: headers.get('content-type') ?? 'application/json',
            body: sealing.seal(body, held.owner),
          });
        await store(claim);
        // Somebody who went to another merchant asks again as a member of staff there.
        const other = await handling.claimForSuccessor();
        if (other?.status === 'claimed') await store(other.claim);
      } catch (error) {
        // What was done is done, and said so: this client gets its answer, and the next one that it is lost.
        log.error({ err: error }, 'an idempotent answer could not be stored');
      }
    },
  };
}

function refusal({ code, message, facts }: IdempotencyError): GraphQLError {
  const { retryAfterSeconds } = facts;
  return new GraphQLError(message, {
    extensions: {
      ...facts,
      code,
      http: {
        status: statusOf[code],
        ...(retryAfterSeconds !== undefined && {
          headers: { 'retry-after': String(retryAfterSeconds) },
        }),
      },
    },
  });
}

/** Variables as data that is equal where they are: object keys sorted, a file by its content. */
async function comparable(value: unknown): Promise<unknown> {
  if (value instanceof Blob || isFile(value)) {
    const bytes = Buffer.from(await value.arrayBuffer());
    return { file: createHash('sha256').update(bytes).digest('hex'), type: value.type };
  }
  if (Array.isArray(value)) return Promise.all(value.map(comparable));
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'bigint' ? String(value) : value;
  }
  if (value instanceof Date) return value.toISOString();
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Promise.all(entries.map(async ([name, each]) => [name, await comparable(each)]));
}

/** Uploads are files of yoga's own fetch, which are none of node's. */
function isFile(value: unknown): value is Blob {
  return typeof (value as Blob | null)?.arrayBuffer === 'function';
}
