/** What came of trying to sign in. */
export type SignInOutcome =
  | { status: 'signed-in' }
  | { status: 'wrong' }
  | { status: 'rate-limited'; retryAfterSeconds: number }
  | { status: 'unreachable' }
  | { status: 'failed' };

/** Asks the API for a staff session; on success the answer sets its cookie. */
export async function signInToConsole(email: string, password: string): Promise<SignInOutcome> {
  let response: Response;
  try {
    response = await fetch('/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: email.trim(), password }),
    });
  } catch {
    return { status: 'unreachable' };
  }
  if (response.ok) return { status: 'signed-in' };
  if (response.status === 429) {
    const seconds = response.headers.get('retry-after') ?? response.headers.get('x-retry-after');
    return { status: 'rate-limited', retryAfterSeconds: Number(seconds) || 60 };
  }
  // What is no address at all (400, 422) cannot be anybody's either.
  return { status: response.status < 500 ? 'wrong' : 'failed' };
}
