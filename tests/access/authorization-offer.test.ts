/**
 * Holds the running API to schema/authorization.md for customers whose session has plans on offer,
 * whatever the merchant lets its customers do beside.
 */
import type { PortalPermission } from '@4geeks/billing/access/viewer';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { describe, expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import { clientWithSession, enterWithOffer, planPrice } from '../testkit/plan-offer.ts';
import { checkObject, plain, select, table, type Case } from './judge.ts';
import { combinationsOfPermissions } from './probes.ts';
import { ada, api, checkAll, merchant } from './table-run.ts';

const { billing } = api.app;
const [subscription] = await ada.subscriptions();
const cheap = await planPrice(billing, merchant, 900n);
const session = await enterWithOffer(billing, merchant, {
  customerId: ada.id,
  subscriptionId: subscription!.id,
  offeredPriceIds: [cheap],
});
const client = clientWithSession(api, merchant, session);

it('what such a session opens is all that is new', () => {
  const opened = Object.entries(table.types).flatMap(([type, rows]) =>
    rows
      .filter(({ portal }) => Array.isArray(portal) && portal.includes('PLAN_OFFER'))
      .map(({ field }) => `${type}.${field}`),
  );
  expect(opened).toEqual([
    'Mutation.changePlan',
    'Mutation.undoSubscriptionChange',
    'Query.planChangePreview',
  ]);
});

describe('a customer with plans on offer', () => {
  it.each(
    combinationsOfPermissions.map((permissions) => [
      permissions.join(' ') || 'nothing else',
      permissions,
    ]),
  )('who may %s', async (_name, permissions) => {
    await updatePortalPermissions(billing, merchant.system, {
      permissions: permissions as PortalPermission[],
    });
    const viewer: Case = {
      kind: 'portal',
      client,
      granted: new Set([...permissions, 'PLAN_OFFER']),
    };
    await checkAll(viewer);
    await checkPreview(viewer);
  });
});

/** What is offered, previewed and changed leads to objects that are judged like any others. */
async function checkPreview(viewer: Case): Promise<void> {
  const input = { priceId: globalId('Price', cheap) };
  const previewed = await client.request(
    `query ($input: PlanChangePreviewInput!) { planChangePreview(input: $input) {
      __typename ... on PlanChangePreview ${select('PlanChangePreview', plain).replace('{', '{ quote ')} } }`,
    { input },
  );
  const { quote, __typename } = previewed.data.planChangePreview;
  expect(__typename).toBe('PlanChangePreview');
  checkObject('PlanChangePreview', ['planChangePreview'], previewed, viewer, plain);
  const changed = await client.request(
    `mutation ($input: ChangePlanInput!) { changePlan(input: $input) {
      __typename ... on PlanChanged { subscription ${select('Subscription', plain)} } } }`,
    { input: { ...input, quote } },
  );
  expect(changed.data.changePlan.__typename).toBe('PlanChanged');
  checkObject('Subscription', ['changePlan', 'subscription'], changed, viewer, plain);
  const undone = await client.request(
    `mutation ($input: UndoSubscriptionChangeInput!) { undoSubscriptionChange(input: $input) {
      __typename ... on Subscription ${select('Subscription', plain)} } }`,
    { input: { subscriptionId: globalId('Subscription', subscription!.id) } },
  );
  expect(undone.data.undoSubscriptionChange.__typename).toBe('Subscription');
  checkObject('Subscription', ['undoSubscriptionChange'], undone, viewer, plain);
}
