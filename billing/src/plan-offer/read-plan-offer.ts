import type { CustomerViewer } from '../access/viewer.ts';
import { BillingError } from '../errors.ts';
import { billedPrice, type BilledPrice } from '../invoice/issue-period-invoice.ts';
import type { Billing } from '../ports.ts';
import { planBegins, planOf, planPriceColumns } from './plan-change-rules.ts';
import { findSessionPlanOffer } from './session-plan-offer.ts';

export interface OfferedPlan {
  price: BilledPrice;
  /** As many as the subscription has now. */
  quantity: number;
  /** PLANNED: chosen already, and beginning with the next period. */
  standing: 'CURRENT' | 'PLANNED' | 'OFFERED';
  /** When it would begin; null where it has, or is planned to. */
  when: 'NOW' | 'PERIOD_END' | null;
}

export interface ShownPlanOffer {
  subscriptionId: string;
  /** What every one of them would be refused with, as the subscription stands; null: nothing. */
  refusal: string | null;
  /** Those that are still sold, in the order of the offer. */
  plans: OfferedPlan[];
}

/** The plans on offer in this session, for its customer to choose from; null where it carries none. */
export async function readPlanOffer(
  billing: Pick<Billing, 'database' | 'clock'>,
  viewer: CustomerViewer,
): Promise<ShownPlanOffer | null> {
  const { database } = billing;
  if (!viewer.grants.has('PLAN_OFFER')) return null;
  const offer = await findSessionPlanOffer(billing, database, viewer);
  if (!offer) return null;
  const { merchantId, subscriptionId, priceIds } = offer;
  const subscription = await database.subscription.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id: subscriptionId } },
    include: {
      items: { include: { price: { select: planPriceColumns } } },
      scheduledItems: { select: { priceId: true } },
    },
  });
  let current: (typeof subscription.items)[number];
  try {
    current = planOf(subscription);
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    return { subscriptionId, refusal: error.code, plans: [] };
  }
  const prices = await database.price.findMany({
    where: { merchantId, id: { in: priceIds } },
    ...billedPrice,
  });
  const planned = subscription.scheduledItems.map(({ priceId }) => priceId);
  const standingOf = ({ id }: BilledPrice): OfferedPlan['standing'] => {
    if (id === current.priceId) return 'CURRENT';
    return planned.includes(id) ? 'PLANNED' : 'OFFERED';
  };
  const plans = priceIds
    .flatMap((priceId) => prices.find(({ id }) => id === priceId) ?? [])
    .map((price): OfferedPlan => {
      const standing = standingOf(price);
      const when = standing === 'OFFERED' ? planBegins(current.price, price) : null;
      return { price, quantity: current.quantity, standing, when };
    })
    .filter(
      ({ price, standing }) =>
        standing !== 'OFFERED' || (!price.archivedAt && !price.product.archivedAt),
    );
  return { subscriptionId, refusal: null, plans };
}
