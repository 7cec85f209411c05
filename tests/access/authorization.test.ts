/** Holds the running API to schema/authorization.md, for people: customers, staff, and nobody. */
import { scopesOfRole, type PortalPermission } from '@4geeks/billing/access/viewer';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import type { StaffRole } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { check, reachedThroughOthers, table, type Case } from './judge.ts';
import { combinationsOfPermissions } from './probes.ts';
import {
  ada,
  api,
  checkAll,
  checkPayload,
  expired,
  merchant,
  nounsInTable,
  owner,
  portal,
} from './table-run.ts';

it('the table names every type that has identities', () => {
  expect(nounsInTable.sort()).toEqual([
    'ApiKey',
    'Coupon',
    'CreditNote',
    'Customer',
    'Discount',
    'Dispute',
    'EmailMessage',
    'Event',
    'Invoice',
    'InvoiceLine',
    'Merchant',
    'Payment',
    'PaymentMethod',
    'PortalSettings',
    'Price',
    'Product',
    'Refund',
    'StaffInvitation',
    'StaffMember',
    'Subscription',
    'SubscriptionItem',
    'TaxRate',
    'WebhookDelivery',
    'WebhookEndpoint',
  ]);
});

describe('a customer in the portal', () => {
  it.each(
    combinationsOfPermissions.map((permissions) => [
      permissions.join(' ') || 'nothing',
      permissions,
    ]),
  )('who may %s', async (_name, permissions) => {
    await updatePortalPermissions(api.app.billing, merchant.system, {
      permissions: permissions as PortalPermission[],
    });
    const viewer: Case = { kind: 'portal', client: portal, granted: new Set(permissions) };
    await checkAll(viewer);
    await checkPayload(viewer);

    const invoiceId = (await ada.openInvoices())[0]!.id;
    const pdf = await portal.fetch(`/invoices/${invoiceId}/pdf?portal=${merchant.slug}`, {
      method: 'HEAD',
    });
    expect(pdf.status).toBe(permissions.includes('DOWNLOAD_INVOICES') ? 200 : 403);
  });
});

describe('staff', () => {
  it.each(['OWNER', 'ADMIN', 'SUPPORT', 'ANALYST'] satisfies StaffRole[])(
    'in role %s',
    async (role) => {
      const granted = new Set<string>(
        Object.entries(table.roles)
          .filter(([, roles]) => roles.includes(role))
          .map(([scope]) => scope),
      );
      expect([...granted].sort()).toEqual([...scopesOfRole[role]].sort());
      const client = role === 'OWNER' ? owner : await api.staff(merchant, role);
      const viewer: Case = { kind: 'staff', client, granted };
      await checkAll(viewer);
      await checkPayload(viewer);
    },
  );
});

it('nouns are judged where they are reached from others, too', () => {
  const unreached = nounsInTable.filter((type) => !reachedThroughOthers.has(type));
  // These are found at the root alone.
  expect(unreached).toEqual(['ApiKey', 'StaffInvitation']);
});

it('an answer that says otherwise than the table is noticed', () => {
  const [row] = table.types['Query']!.filter(({ field }) => field === 'customers');
  const viewer = (granted: string[]): Case => ({
    kind: 'staff',
    client: owner,
    granted: new Set(granted),
  });
  const open = { data: { customers: {} }, errors: [] };
  const closed = {
    data: { customers: null },
    errors: [
      {
        message: 'Missing permission',
        path: ['customers'],
        extensions: { code: 'FORBIDDEN', permission: 'customers:read' },
      },
    ],
  };
  expect(() => check(row!, ['customers'], open, viewer([]))).toThrow('should be closed');
  expect(() => check(row!, ['customers'], closed, viewer(['customers:read']))).toThrow(
    'should be open',
  );
  check(row!, ['customers'], closed, viewer([]));
  check(row!, ['customers'], open, viewer(['customers:read']));
});

describe('nobody', () => {
  it.each([
    ['without a session', () => api.client()],
    ['at a portal', () => api.client({ headers: { 'x-portal': merchant.slug } })],
    [
      'with a made-up session',
      () =>
        api.client({
          headers: {
            'x-portal': merchant.slug,
            cookie: `portal_session_${merchant.slug}=made-up; staff.session_token=made-up`,
          },
        }),
    ],
    [
      'with a staff session, at a portal',
      () => api.client({ headers: { ...owner.headers, 'x-portal': merchant.slug } }),
    ],
    [
      'with a portal session, at another portal',
      () => api.client({ headers: { ...portal.headers, 'x-portal': 'another' } }),
    ],
    ['with a portal session that has expired', () => expired.portal],
    ['with a staff session that has expired', () => expired.staff],
  ])('%s', async (_name, client) => {
    const viewer: Case = { kind: 'anonymous', client: client(), granted: new Set() };
    await checkAll(viewer);
  });
});
