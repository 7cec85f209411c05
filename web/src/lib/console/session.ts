import { console_ } from '#lib/routes.ts';

/** Ends the staff session and leaves for the sign-in page, whole page, so that nothing stays in memory. */
export async function signOutOfConsole(): Promise<void> {
  await fetch('/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  location.assign(console_.signIn());
}
