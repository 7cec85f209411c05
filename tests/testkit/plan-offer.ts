/** A customer sent to the portal to change a plan, by the use cases that do it. */
import type { CustomerViewer } from '@4geeks/billing/access/viewer';
import { confirmSignIn } from '@4geeks/billing/portal/confirm-sign-in';
import { createPortalSession } from '@4geeks/billing/portal/create-portal-session';
import { resolvePortalSession } from '@4geeks/billing/portal/resolve-portal-session';
import type { Billing } from '@4geeks/billing/ports';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import type { BillingInterval } from '@4geeks/prisma';

import type { TestApi } from './api.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { SeededMerchant } from './seed.ts';

export interface OfferedSession {
  sessionToken: string;
  /** As signed in now. */
  viewer(): Promise<CustomerViewer | null>;
}

/** Signs the customer in with these prices on offer. */
export async function enterWithOffer(
  billing: Billing,
  { system, slug: portalSlug }: SeededMerchant,
  offer: { customerId: string; subscriptionId: string; offeredPriceIds: readonly string[] },
): Promise<OfferedSession> {
  const { url } = await createPortalSession(billing, system, { flow: 'CHANGE_PLAN', ...offer });
  const token = url.slice(url.indexOf('#session=') + '#session='.length);
  const confirmed = await confirmSignIn(billing, { portalSlug, token });
  if (confirmed.status !== 'signed_in') throw new Error(confirmed.status);
  const { sessionToken } = confirmed;
  return {
    sessionToken,
    viewer: () => resolvePortalSession(billing, { portalSlug, sessionToken }),
  };
}

/** The API as a browser with this session asks it. */
export function clientWithSession(
  api: TestApi,
  { slug }: SeededMerchant,
  { sessionToken }: OfferedSession,
): GraphqlClient {
  return api.client({
    headers: { 'x-portal': slug, cookie: `portal_session_${slug}=${sessionToken}` },
    connectionParams: { portal: slug },
  });
}

export interface PlanPriceOptions {
  name?: string;
  currency?: string;
  interval?: BillingInterval;
}

/** A price of a product of its own. @returns its id. */
export async function planPrice(
  billing: Billing,
  { system }: SeededMerchant,
  unitAmountMinor: bigint,
  { name = 'Plan', currency = 'EUR', interval = 'MONTH' }: PlanPriceOptions = {},
): Promise<string> {
  const { id: productId } = await createProduct(billing, system, { name });
  const { id } = await createPrice(billing, system, {
    productId,
    currency,
    unitAmountMinor,
    interval,
    trialDays: 0,
  });
  return id;
}
