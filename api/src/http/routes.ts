/** Which path is answered by what. Everything else is a page. */
import { RateLimitedError } from '@4geeks/billing/errors';
import type { Outbox } from '../adapters/mail/outbox.ts';
import type { SandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
import type { PdfRenderer } from '../pdf/pdf-renderer.ts';
import { serveAsset } from './assets.ts';
import type { HttpPort } from './context.ts';
import type { ReadWebhook } from '../gateway-notice.ts';
import { takeGatewayWebhook } from './gateway-webhook.ts';
import type { ServerContext, Yoga } from './graphql.ts';
import { refuse } from './http-errors.ts';
import { health, readiness, type Readiness } from './health.ts';
import { serveInvoicePdf } from './invoice-pdf.ts';
import { createMailbox } from './mailbox.ts';
import type { Route } from './server.ts';

/** Where the gateway reports to. */
export const gatewayWebhookPath = '/webhooks/gateway';

export interface RouteOptions extends HttpPort {
  yoga: Yoga;
  pdf: PdfRenderer;
  sandbox: SandboxGateway;
  readGatewayWebhook: ReadWebhook;
  /** Null: no mailbox pages. */
  outbox: Outbox | null;
  readiness: Readiness;
}

export function createRoutes(options: RouteOptions): Record<string, Route> {
  const { yoga, sandbox, billing, staffAuth, outbox } = options;
  const notFound = () => new Response('Not found', { status: 404 });

  const routes: Record<string, Route> = {
    async graphql({ request, requestId, clientAddress }) {
      try {
        await options.rateLimits.countRequest(clientAddress);
      } catch (error) {
        if (!(error instanceof RateLimitedError)) throw error;
        const retryAfter = String(error.facts.retryAfterSeconds);
        return refuse(429, error.code, error.message, { 'retry-after': retryAfter });
      }
      return answerGraphql(yoga, request, { requestId, clientAddress });
    },
    auth: ({ request }) => staffAuth.handle(request),
    assets: ({ url }) => serveAsset(billing.blobs, url),
    invoices: ({ request, url }) => serveInvoicePdf(options, request, url),
    'sandbox-gateway': async ({ request, clientAddress }) =>
      (await sandbox.handleHttp(request, clientAddress)) ?? notFound(),
    webhooks: ({ request, url }) =>
      url.pathname === gatewayWebhookPath
        ? takeGatewayWebhook(billing, options.readGatewayWebhook, request)
        : notFound(),
    healthz: () => health(),
    readyz: () => readiness(options.readiness),
  };
  if (outbox) {
    const mailbox = createMailbox(outbox);
    const answer: Route = async ({ request }) => (await mailbox(request)) ?? notFound();
    routes.mailbox = answer;
    routes['mailbox.json'] = answer;
  }
  return routes;
}

/** Yoga's answer, with the headers that its resolvers set. */
export async function answerGraphql(
  yoga: Yoga,
  request: Request,
  facts: Omit<ServerContext, 'answerHeaders'>,
): Promise<Response> {
  const answerHeaders = new Headers();
  const response = await yoga.fetch(request, { ...facts, answerHeaders });
  // The same response: a copy would send its text through a stream.
  for (const [name, value] of answerHeaders) response.headers.append(name, value);
  return response;
}
