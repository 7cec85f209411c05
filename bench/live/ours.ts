/** The server, as an installation runs it, and the use cases that make its events. */
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { updatePortalBranding } from '@4geeks/billing/portal/update-portal-branding';
import { answerParent } from '../child.ts';
import { appOptions } from '../renewals/app-options.ts';
import { now, usage } from './usage.ts';

export type ServerRequest =
  | { ask: 'start'; databaseUrl: string }
  | { ask: 'usage' }
  /** What everybody hears, or one customer alone. Answered with when it was committed. */
  | { ask: 'all'; merchantId: string; text: string }
  | { ask: 'one'; merchantId: string; text: string; customerId: string }
  | { ask: 'stop' };

let app: Awaited<ReturnType<typeof buildApp>> | null = null;

answerParent(async (request: ServerRequest) => {
  switch (request.ask) {
    case 'start':
      app = await buildApp({
        ...appOptions(request.databaseUrl),
        role: 'api',
        log: createLogger({ level: 'error' }),
      });
      return (await app.start()).url.replace('http', 'ws') + '/graphql';
    case 'usage':
      return usage();
    case 'stop':
      return app?.stop();
  }
  const system: SystemViewer = { kind: 'system', merchantId: request.merchantId };
  const { billing } = app!;
  let committedAt = 0;
  const timed: typeof billing = {
    ...billing,
    publish(events) {
      committedAt = now();
      billing.publish(events);
    },
  };
  if (request.ask === 'all') {
    const branding = { companyName: request.text, primaryColor: '#1f5fd6' };
    await updatePortalBranding(timed, system, branding);
  } else {
    const { customerId, text: name } = request;
    await updateCustomer(timed, system, { customerId, name });
  }
  return committedAt;
});
