import type { IssuedSecret } from '#lib/console/IssuedSecretDialog.svelte';
import { m } from '#lib/paraglide/messages.js';
import { endpointName } from './describe.ts';

/** What the dialog that shows a signing secret says. */
export function issuedSecret({ url, secret }: { url: string; secret: string }): IssuedSecret {
  return {
    title: m.console_webhook_secret_title({ name: endpointName({ url }) }),
    text: m.console_webhook_secret_text(),
    secret,
    copyLabel: m.console_webhook_copy_secret(),
  };
}
