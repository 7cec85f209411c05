import type {
  ChangeAt,
  OfferedPlanFragment,
  PlanPreviewFragment,
  PortalSubscriptionFragment,
} from '#lib/gql/graphql.ts';

/** A change of plan that was confirmed just now. */
export type MadeChange = {
  plan: OfferedPlanFragment;
  /** The subscription as it was. */
  before: PortalSubscriptionFragment;
  when: ChangeAt;
  effectiveAt: string;
  /** Over what is charged at once. */
  invoiceId: string | undefined;
  due: PlanPreviewFragment['change']['amountDue'];
  /** What the credit balance has more of for it; negative where it has less. */
  credited: PlanPreviewFragment['change']['credited'];
};
