import type { Locale, MerchantMode, PortalFlow, PortalSettings } from '@4geeks/prisma';
import { authorize, type TenantActor } from '../access/rule.ts';
import { hashSecret, newSecret } from '../access/secret.ts';
import { permissionsOf, type Actor, type PortalPermission } from '../access/viewer.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { createPlanOffer } from '../plan-offer/create-plan-offer.ts';
import { refuseCanceling, statusAfter } from '../subscription/transitions.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { portalUrl } from './portal-url.ts';
import { isAllowedReturnUrl } from './return-url.ts';
import { sessionLinkMinutes } from './sign-in-limits.ts';

export interface CreatePortalSessionInput {
  customerId: string;
  /** What the customer is sent for. Absent: the portal's first page. */
  flow?: PortalFlow | null;
  /** Of CANCEL_SUBSCRIPTION and CHANGE_PLAN, and only of these. */
  subscriptionId?: string | null;
  /** Of CHANGE_PLAN, and only of that: what the customer may change to, 1 to 10, as shown. */
  offeredPriceIds?: readonly string[] | null;
  /** On the merchant's list. Absent: no way back is offered. */
  returnUrl?: string | null;
  /** Language of the pages. Absent: the customer's. */
  locale?: Locale | null;
}

/** What each flow needs the merchant to let its customers do; a change of plan brings its offer. */
const permissionOfFlow = {
  UPDATE_PAYMENT_METHOD: 'UPDATE_PAYMENT_METHODS',
  CANCEL_SUBSCRIPTION: 'CANCEL_SUBSCRIPTION',
  CHANGE_PLAN: null,
} as const satisfies Record<PortalFlow, PortalPermission | null>;

/**
 * Makes a link that signs one customer in, once and within minutes: whoever calls this has
 * recognised them. The token stands in the link's fragment, which browsers send to no server and no
 * log, and is kept only as a keyed hash.
 *
 * @throws NotFoundError customer, subscription, price
 * @throws InvalidInputError RETURN_URL_NOT_ALLOWED, SUBSCRIPTION_REQUIRED, SUBSCRIPTION_NOT_EXPECTED,
 *   PRICES_NOT_EXPECTED, and as createPlanOffer
 * @throws ConflictError PORTAL_DISABLED; PORTAL_PERMISSION_OFF: the merchant keeps the flow closed;
 *   SUBSCRIPTION_ENDED, ALREADY_CANCELING, and as createPlanOffer
 */
export async function createPortalSession(
  billing: Billing,
  actor: Actor,
  input: CreatePortalSessionInput,
): Promise<{ url: string; expiresAt: Date }> {
  authorize(actor, { staff: 'portal-sessions:write', apiKey: 'portal-sessions:write' });
  const { merchantId } = actor;
  const flow = input.flow ?? null;
  const subscriptionId = input.subscriptionId ?? null;
  checkSubject(flow, subscriptionId, input.offeredPriceIds ?? null);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const customer = await database.customer.findUnique({
      where: { merchantId_id: { merchantId, id: input.customerId } },
      select: { id: true, locale: true, merchant: { include: { portalSettings: true } } },
    });
    if (!customer) throw new NotFoundError('customer');
    const { portalSettings: portal, mode } = customer.merchant;
    if (!portal?.enabled || portal.slug === null) {
      throw new ConflictError('PORTAL_DISABLED', 'The portal is switched off.');
    }
    if (flow) refuseClosedFlow(portal, flow);
    const returnUrl = checkReturnUrl(input.returnUrl, portal, mode);
    const now = billing.clock.now();
    const ofCustomer = { merchantId, customerId: customer.id };
    let planOfferId: string | null = null;
    if (subscriptionId && flow === 'CHANGE_PLAN') {
      planOfferId = await createPlanOffer(transaction, {
        ...ofCustomer,
        subscriptionId,
        priceIds: input.offeredPriceIds ?? [],
        createdAt: now,
      });
    } else if (subscriptionId) {
      await refuseUncancelable(transaction, actor, customer.id, subscriptionId);
    }

    const token = newSecret();
    const expiresAt = new Date(now.getTime() + sessionLinkMinutes * 60_000);
    const link = await database.portalSessionLink.create({
      data: {
        ...ofCustomer,
        tokenHash: hashSecret(billing.hashKey, 'portal-session-link', token),
        flow,
        // An offer names its own.
        subscriptionId: planOfferId ? null : subscriptionId,
        planOfferId,
        returnUrl,
        expiresAt,
        createdAt: now,
      },
    });
    await record({
      ...ofCustomer,
      type: 'portal_session.created',
      objectType: 'portal_session',
      objectId: link.id,
      data: { flow, subscriptionId },
    });
    const page = `sign-in/confirm?locale=${input.locale ?? customer.locale}`;
    return {
      url: `${portalUrl(billing.publicUrl, portal.slug, page)}#session=${token}`,
      expiresAt,
    };
  });
}

/** What a flow is about has to be said, and nothing else. */
function checkSubject(
  flow: PortalFlow | null,
  subscriptionId: string | null,
  offeredPriceIds: readonly string[] | null,
): void {
  const ofOne = flow === 'CANCEL_SUBSCRIPTION' || flow === 'CHANGE_PLAN';
  if (ofOne && subscriptionId === null) {
    throw new InvalidInputError(
      'subscriptionId',
      'SUBSCRIPTION_REQUIRED',
      'Say which subscription.',
    );
  }
  if (!ofOne && subscriptionId !== null) {
    throw new InvalidInputError(
      'subscriptionId',
      'SUBSCRIPTION_NOT_EXPECTED',
      'Only CANCEL_SUBSCRIPTION and CHANGE_PLAN are about one subscription.',
    );
  }
  if (flow !== 'CHANGE_PLAN' && offeredPriceIds !== null) {
    throw new InvalidInputError(
      'offeredPriceIds',
      'PRICES_NOT_EXPECTED',
      'Only CHANGE_PLAN has prices on offer.',
    );
  }
}

function refuseClosedFlow(portal: PortalSettings, flow: PortalFlow): void {
  const permission = permissionOfFlow[flow];
  if (!permission || permissionsOf(portal).has(permission)) return;
  throw new ConflictError(
    'PORTAL_PERMISSION_OFF',
    `The portal does not let customers do this: switch ${permission} on.`,
    { permission },
  );
}

/** What the customer would only be told at the end is said here. */
async function refuseUncancelable(
  { database }: BillingTransaction,
  { merchantId }: TenantActor,
  customerId: string,
  subscriptionId: string,
): Promise<void> {
  const subscription = await database.subscription.findFirst({
    where: { merchantId, customerId, id: subscriptionId },
  });
  if (!subscription) throw new NotFoundError('subscription');
  statusAfter('cancelAtPeriodEnd', subscription.status);
  refuseCanceling(subscription);
}

/** @returns it as browsers write it. */
function checkReturnUrl(
  input: string | null | undefined,
  { returnUrls }: PortalSettings,
  mode: MerchantMode,
): string | null {
  if (input == null) return null;
  if (isAllowedReturnUrl(input, returnUrls, mode)) return new URL(input).href;
  throw new InvalidInputError(
    'returnUrl',
    'RETURN_URL_NOT_ALLOWED',
    "It is not on the list: add its origin to the portal's return URLs.",
  );
}
