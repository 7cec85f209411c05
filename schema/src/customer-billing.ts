/** The live view of one customer's billing, for portal and console alike. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { customerVisibleTo } from '@4geeks/billing/customer/access';
import { builder } from './builder.ts';
import { Customer, customerAccess } from './customer.ts';
import { liveEvents } from './live/live-events.ts';
import { readCustomer } from './live/read-customers.ts';

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
      const key = customerVisibleTo(viewer, customerId?.id);
      const customer = key && (await readCustomer(billing, key, { select: { id: true } }));
      return liveEvents(
        subscribe,
        customer
          ? [
              { kind: 'customer', merchantId: key.merchantId, customerId: key.id },
              // Permissions and branding of the portal change what a customer may read.
              { kind: 'portal', merchantId: key.merchantId },
            ]
          : [],
      );
    },
    resolve: (query, _event, { customerId }, { billing, viewer }) => {
      const key = customerVisibleTo(viewer, customerId?.id);
      return key && readCustomer(billing, key, query);
    },
  }),
}));
