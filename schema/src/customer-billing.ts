/** The live view of one customer's billing, for portal and console alike. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import type { Viewer } from '@4geeks/billing/access/viewer';
import { customersVisibleTo } from '@4geeks/billing/customer/access';
import { builder } from './builder.ts';
import { Customer, customerAccess } from './customer.ts';
import { liveEvents } from './live/live-events.ts';

const access: AccessRule = customerAccess;

builder.subscriptionFields((t) => ({
  customerBilling: t.prismaField({
    type: Customer,
    nullable: true,
    access,
    description:
      "A customer's billing as a whole, again after every change. In the portal: one's own (customerId absent). Staff and API keys: of customerId. Null when there is no such customer to see.",
    args: { customerId: t.arg.globalID({ for: Customer }) },
    subscribe: async (_root, { customerId }, { billing, viewer, subscribe }) => {
      const customer = await billing.database.customer.findFirst({
        where: visibleCustomer(viewer, customerId?.id),
        select: { id: true, merchantId: true },
      });
      return liveEvents(
        subscribe,
        customer
          ? [
              { kind: 'customer', merchantId: customer.merchantId, customerId: customer.id },
              // Permissions and branding of the portal change what a customer may read.
              { kind: 'portal', merchantId: customer.merchantId },
            ]
          : [],
      );
    },
    resolve: (query, _event, { customerId }, { billing, viewer }) =>
      billing.database.customer.findFirst({
        ...query,
        where: visibleCustomer(viewer, customerId?.id),
      }),
  }),
}));

function visibleCustomer(viewer: Viewer, asked: string | undefined) {
  const id = asked ?? (viewer.kind === 'customer' ? viewer.customerId : undefined);
  return { AND: [{ id: id ?? { in: [] } }, customersVisibleTo(viewer)] };
}
