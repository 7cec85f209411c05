/**
 * The customers a viewer may see. This `where` *is* the tenant boundary: every root read of
 * customers spreads it, and a row outside it is the same as a row that does not exist.
 */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';

/** Matches no row. */
export const nothing = { id: { in: [] as string[] } };

export function customersVisibleTo(viewer: Viewer): Prisma.CustomerWhereInput {
  switch (viewer.kind) {
    case 'anonymous':
      return nothing;
    case 'customer':
      return { merchantId: viewer.merchantId, id: viewer.customerId };
    case 'staff':
    case 'apiKey':
      return { merchantId: viewer.merchantId };
  }
}

/**
 * For every noun that belongs to one customer: the merchant's rows for staff and API keys, the
 * customer's own in the portal, none for anybody else.
 */
export function ownedRowsVisibleTo(
  viewer: Viewer,
): { merchantId: string; customerId?: string } | typeof nothing {
  switch (viewer.kind) {
    case 'anonymous':
      return nothing;
    case 'customer':
      return { merchantId: viewer.merchantId, customerId: viewer.customerId };
    case 'staff':
    case 'apiKey':
      return { merchantId: viewer.merchantId };
  }
}
