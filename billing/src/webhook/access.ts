/** The webhook endpoints and deliveries a viewer may see: staff and API keys, of their merchant. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function webhookEndpointsVisibleTo(viewer: Viewer): Prisma.WebhookEndpointWhereInput {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId, deletedAt: null }
    : nothing;
}

export function webhookDeliveriesVisibleTo(viewer: Viewer): Prisma.WebhookDeliveryWhereInput {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId, endpoint: { deletedAt: null } }
    : nothing;
}
