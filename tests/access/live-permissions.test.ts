/** Rights are looked at again at every message: what is switched off closes in open windows too. */
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { portalPermissions, type PortalPermission } from '@4geeks/billing/access/viewer';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Answer } from '../testkit/graphql-client.ts';
import { checkObject, deep, select, type Case } from './judge.ts';
import { combinationsOfPermissions } from './probes.ts';

const api = await testApi();

const governed = `
  subscription {
    customerBilling {
      billingStatus
      paymentMethods { last4 }
      invoices(first: 1) { edges { node { number } } }
      payments(first: 1) { edges { node { status } } }
      pastDueInvoices { number pdfUrl payments { status } latestPayment { declineReason } }
    }
  }`;

const fieldsOf: Record<PortalPermission, (string | number)[][]> = {
  UPDATE_PAYMENT_METHODS: [['paymentMethods']],
  VIEW_PAYMENT_HISTORY: [['invoices'], ['payments'], ['pastDueInvoices', 0, 'payments']],
  DOWNLOAD_INVOICES: [['pastDueInvoices', 0, 'pdfUrl']],
  CANCEL_SUBSCRIPTION: [],
};

function closedFields({ errors }: Pick<Answer, 'errors'>) {
  return errors
    .map(({ path, extensions }) => `${path!.slice(1).join('.')}: ${extensions['permission']}`)
    .sort();
}

describe('an open subscription of a customer', () => {
  it.each([
    ['WebSocket', 'live'],
    ['Server-Sent Events', 'liveSse'],
  ] as const)('over %s loses a field with its permission, and gets it back', async (_name, how) => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.pastDueCustomer();
    const portal = await api.customer(merchant, ada);
    const live = portal[how](governed);
    expect(closedFields(await live.next())).toEqual([]);

    for (const permission of portalPermissions) {
      const others = portalPermissions.filter((each) => each !== permission);
      await updatePortalPermissions(api.app.billing, merchant.system, { permissions: others });
      const without = await live.next();
      expect(closedFields(without)).toEqual(
        fieldsOf[permission].map((path) => `${path.join('.')}: ${permission}`).sort(),
      );
      // What is owed stays visible whatever is switched off.
      expect(without.data.customerBilling).toMatchObject({
        billingStatus: 'PAST_DUE',
        pastDueInvoices: [{ latestPayment: { declineReason: expect.any(String) } }],
      });
      await updatePortalPermissions(api.app.billing, merchant.system, {
        permissions: portalPermissions,
      });
      expect(closedFields(await live.next())).toEqual([]);
    }
  });

  it('follows every combination of permissions while it is open, as the table says', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    await ada.subscription();
    await api.drain();
    const client = await api.customer(merchant, ada);
    const query = `subscription { customerBilling ${select('Customer', deep)} }`;
    const open = [client.live(query), client.liveSse(query)];
    for (const live of open) await live.next();
    for (const permissions of combinationsOfPermissions) {
      await updatePortalPermissions(api.app.billing, merchant.system, { permissions });
      const viewer: Case = { kind: 'portal', client, granted: new Set(permissions) };
      for (const live of open) {
        const answer = await live.next();
        expect(answer.data.customerBilling).not.toBeNull();
        checkObject('Customer', ['customerBilling'], answer, viewer, deep);
      }
    }
  });

  it('ends, and its socket with it, when the portal is switched off', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const live = portal.live(governed);
    await live.next();
    await disablePortal(api.app.billing, merchant.system);
    const last = await live.next();
    expect(last.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(last.data?.customerBilling ?? null).toBeNull();
    expect(await live.ended).toBe(4401);
    const { data } = await portal.request('{ viewer { kind } }');
    expect(data.viewer.kind).toBe('ANONYMOUS');
    await enablePortal(api.app.billing, merchant.system);
  });

  it('ends when the customer signs out in another window', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const live = portal.live(governed);
    await live.next();
    await portal.data('mutation { signOutOfPortal { portalSlug } }');
    // Noticed at the next event at the latest.
    await ada.subscription();
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
  });
});

describe('an open subscription of staff', () => {
  const watch = `subscription ($id: ID!) {
    customerBilling(customerId: $id) { name payments(first: 1) { pageInfo { hasNextPage } } }
  }`;

  it('ends when the member of staff is taken away', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const staff = await api.staff(merchant, 'SUPPORT');
    const live = staff.live(watch, { id: globalId('Customer', ada.id) });
    expect((await live.next()).data.customerBilling.name).toBe(ada.row.name);
    await api.app.database.staffMember.deleteMany({ where: { merchantId: merchant.id } });
    await ada.subscription();
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await live.ended).toBe(4401);
  });

  it('with an API key ends when the key is revoked', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const key = await api.apiKey(merchant, ['customers:read', 'payments:read']);
    const live = key.live(watch, { id: globalId('Customer', ada.id) });
    expect((await live.next()).data.customerBilling.name).toBe(ada.row.name);
    await api.app.database.apiKey.updateMany({
      where: { merchantId: merchant.id },
      data: { revokedAt: api.clock.now() },
    });
    await ada.subscription();
    expect((await live.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('is refused at once without the scope, and empty for another merchant’s customer', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const other = await api.seed.merchant();
    const id = globalId('Customer', ada.id);
    const without = await api.apiKey(merchant, ['payments:read']);
    expect((await without.live(watch, { id }).next()).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'customers:read' } },
    ]);
    const stranger = await api.staff(other);
    expect(await stranger.live(watch, { id }).next()).toEqual({
      data: { customerBilling: null },
      errors: [],
    });
    expect((await api.client().live(watch, { id }).next()).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });
});
