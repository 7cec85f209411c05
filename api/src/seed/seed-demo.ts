/**
 * The demo merchant with a year behind it, made by living that year through the use cases: nothing
 * in it could not have happened.
 *
 * Lives in `api` and not in `prisma/src/seed`: it calls use cases, which `prisma` may not import
 * (docs/decisions/003).
 */
import { readFile } from 'node:fs/promises';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { createApiKey } from '@4geeks/billing/api-key/create-api-key';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { portalUrl } from '@4geeks/billing/portal/portal-url';
import { updatePortalBranding } from '@4geeks/billing/portal/update-portal-branding';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import type { Billing } from '@4geeks/billing/ports';
import type { SandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
import { monthsBefore } from './calendar.ts';
import { createCatalog } from './catalog.ts';
import { createHistory } from './history.ts';
import { stepsOfStates } from './states.ts';
import { customers, merchantFacts, primaryColor, staff } from './story.ts';
import { subscriber } from './subscriber.ts';
import { customersOfBanks } from './waiting.ts';

export interface SeedDemoOptions {
  billing: Billing;
  /** A sandbox gateway on the installation's own tables whose `now` reads `clock.now`. */
  sandbox: Pick<
    SandboxGateway,
    'gateway' | 'createTestPaymentMethod' | 'settleDue' | 'nextSettlementAt'
  >;
  clock: { now: Date };
  /** Creates a staff user who signs in with this password. @returns the user's id. */
  createStaffUser(user: { name: string; email: string; password: string }): Promise<string>;
  staffPassword: string;
}

export interface SeededDemo {
  merchantId: string;
  portalUrl: string;
  /** Of the owner. */
  staffEmail: string;
  /** Of the customer whose card expired and whose renewal has just failed. */
  pastDueCustomerEmail: string;
  /** Shown once; only its hash is kept. */
  apiKey: string;
}

/** @returns what a script needs to walk the scenario. Call on a database without merchants. */
export async function seedDemo(options: SeedDemoOptions): Promise<SeededDemo> {
  const now = options.billing.clock.now();
  const start = monthsBefore(now, 13);
  const history = createHistory({
    billing: { ...options.billing, gateway: options.sandbox.gateway },
    start,
    clock: options.clock,
    sandbox: options.sandbox,
    mailSince: new Date(now.getTime() - 7 * 86_400_000),
  });
  const { billing } = history;
  const merchant = await createMerchant(billing, {
    ...merchantFacts,
    finalAction: 'MARK_UNPAID',
  });
  const system: SystemViewer = { kind: 'system', merchantId: merchant.id };

  for (const { role, ...user } of staff) {
    const userId = await options.createStaffUser({ ...user, password: options.staffPassword });
    await addStaffMember(billing, system, { userId, role });
  }
  const portal = await enablePortal(billing, system);
  await updatePortalBranding(billing, system, {
    companyName: merchantFacts.name,
    primaryColor,
    logo: await readFile(new URL('./logo.png', import.meta.url)),
  });
  await updatePortalPermissions(billing, system, {
    permissions: [
      'UPDATE_PAYMENT_METHODS',
      'VIEW_PAYMENT_HISTORY',
      'DOWNLOAD_INVOICES',
      'CANCEL_SUBSCRIPTION',
    ],
  });
  const { key } = await createApiKey(billing, system, {
    name: 'Demo integration',
    scopes: [
      'portal:read',
      'portal:write',
      'portal-sessions:write',
      'customers:read',
      'customers:write',
      'products:read',
      'subscriptions:read',
      'invoices:read',
      'payments:read',
    ],
  });

  const catalog = await createCatalog(billing, system, merchantFacts.currency);
  const context = { sandbox: options.sandbox, history, system, catalog, now };
  const steps = [
    ...[...customers, ...customersOfBanks].flatMap((story) => subscriber(context, story).steps),
    ...stepsOfStates(context),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  for (const step of steps) {
    await history.travelTo(step.at);
    await step.run();
  }
  await history.travelTo(now);

  return {
    merchantId: merchant.id,
    portalUrl: portalUrl(billing.publicUrl, portal.slug ?? ''),
    staffEmail: staff[0].email,
    pastDueCustomerEmail: customers[0]?.email ?? '',
    apiKey: key,
  };
}
