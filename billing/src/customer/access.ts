/**
 * The customers a viewer may see. This `where` *is* the tenant boundary: every root read of
 * customers spreads it, and a row outside it is the same as a row that does not exist.
 */
import type { Prisma } from '@4geeks/prisma';
import type { RowKey } from '../access/lock.ts';
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
 * The same boundary for one customer by its id; absent: the viewer's own.
 *
 * @returns null where there is none to see. Whether the row exists is not looked up.
 */
export function customerVisibleTo(viewer: Viewer, asked: string | undefined): RowKey | null {
  switch (viewer.kind) {
    case 'anonymous':
      return null;
    case 'customer': {
      const { merchantId, customerId: id } = viewer;
      return asked === undefined || asked === id ? { merchantId, id } : null;
    }
    case 'staff':
    case 'apiKey':
      return asked === undefined ? null : { merchantId: viewer.merchantId, id: asked };
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
