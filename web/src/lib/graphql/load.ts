import { error, redirect } from '@sveltejs/kit';
import { ApiFailure, type FailureReason } from './failure.ts';

const statuses: Record<FailureReason, number> = {
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'rate-limited': 429,
  // A page's variables come from its address: one that is malformed leads nowhere.
  invalid: 404,
  internal: 500,
  unreachable: 503,
};

/**
 * For server `load`s: awaits what the API answers and turns a failure into the
 * fitting page: sign-in, refused (with the permission's name), slow down, or an
 * error with the request id.
 *
 * @param signInPath where a visitor without a session is sent
 */
export async function orErrorPage<Value>(
  answer: Promise<Value>,
  signInPath?: string,
): Promise<Value> {
  try {
    return await answer;
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure;
    const { message, permission, requestId } = failure;
    if (failure.reason === 'unauthenticated' && signInPath) redirect(303, signInPath);
    error(statuses[failure.reason], message, {
      ...(permission !== undefined && { permission }),
      ...(requestId !== undefined && { requestId }),
    });
  }
}
