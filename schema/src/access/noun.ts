/** Makes a Prisma object a Relay node that only those who may see it can find. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { missingPermission } from '@4geeks/billing/access/rule';
import type { Viewer } from '@4geeks/billing/access/viewer';
import { brandWithType, type ObjectRef } from '@pothos/core';
import { queryFromInfo } from '@pothos/plugin-prisma';
import { builder, globalIdDescription } from '../builder.ts';

/** Delegates of the Prisma client that a node can be read through. */
type NodeModel =
  | 'apiKey'
  | 'coupon'
  | 'creditNote'
  | 'customer'
  | 'discount'
  | 'dispute'
  | 'emailMessage'
  | 'event'
  | 'invoice'
  | 'invoiceLine'
  | 'merchant'
  | 'payment'
  | 'paymentMethod'
  | 'price'
  | 'product'
  | 'refund'
  | 'staffInvitation'
  | 'staffMember'
  | 'subscription'
  | 'subscriptionItem'
  | 'taxRate'
  | 'webhookDelivery'
  | 'webhookEndpoint';

interface Findable {
  findFirst(args: object): Promise<object | null>;
}

/**
 * Adds `id` and `node(id)` to `ref`. Invisible and missing are the same: null.
 *
 * @param access who may know of the noun at all
 * @param visibleTo the rows a viewer may see
 */
export function addNode<Row extends { id: string }>(
  ref: ObjectRef<typeof builder.$inferSchemaTypes, Row>,
  options: { model: NodeModel; access: AccessRule; visibleTo: (viewer: Viewer) => object },
): void {
  const { model, access, visibleTo } = options;
  builder.nodeRef(ref, {
    id: {
      resolve: (row) => (row as Row).id,
      extensions: { isNodeId: true },
      access,
      description: globalIdDescription,
    },
    loadWithoutCache: async (id, context, info) => {
      if (missingPermission(context.viewer, access) !== null) return null;
      const query = await queryFromInfo({
        context,
        info,
        typeName: ref.name,
        awaitSelections: true,
      });
      const delegate = context.billing.database[model] as unknown as Findable;
      const row = await delegate.findFirst({
        ...query,
        where: { AND: [{ id }, visibleTo(context.viewer)] },
      });
      if (row) brandWithType(row, ref.name as never);
      return row as Row | null;
    },
  });
}
