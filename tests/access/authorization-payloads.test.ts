/**
 * Holds the running API to schema/authorization.md in what mutations answer with: every type that one
 * can answer with, with all its fields and what is reached through them, over every transport, for
 * whoever may do everything and for whoever may do that one thing and nothing else.
 */
import {
  portalPermissions,
  scopes,
  scopesOfRole,
  sessionGrants,
  type PortalPermission,
  type Scope,
} from '@4geeks/billing/access/viewer';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { schema } from '@4geeks/schema';
import { getNamedType, isObjectType, isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import { invitationToken } from '../testkit/invitation-mail.ts';
import { clientWithSession, enterWithOffer, planPrice } from '../testkit/plan-offer.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';
import { overHttp, overSocket, overStreams, type Carrier } from './carriers.ts';
import { checkObject, deep, missing, select, table, type Case } from './judge.ts';
import { mutationProbe } from './probes.ts';
import { ada, api, checkMutations, ids, merchant, owner, portal } from './table-run.ts';

interface PayloadProbe {
  mutation: string;
  /** Of a change that is made, each time it is asked for. */
  input(): object | Promise<object>;
  /** What a key needs for this change beside what the mutation asks for. */
  more?: Scope[];
  /** Makes the change possible again. */
  undo?(): Promise<unknown>;
  /** Whose it is, where it is not for whoever is signed in. */
  client?: GraphqlClient;
  /** Who that is once it is done, where it is not a customer. */
  becomes?: Pick<Case, 'kind' | 'granted'>;
}

let count = 0;
const invoices = await ada.invoices();
const paid = invoices.find(({ status }) => status === 'PAID')!;
const payment = await api.app.database.payment.findFirstOrThrow({
  where: { invoiceId: paid.id, status: 'SUCCEEDED' },
});
const subscriptionId = (await ada.subscriptions())[0]!.id;
const visitor = api.client({
  headers: { 'x-portal': merchant.slug },
  connectionParams: { portal: merchant.slug },
});

async function signInToken(): Promise<string> {
  const before = (await ada.mails()).length;
  await visitor.data(
    `mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { __typename } }`,
    { input: { portalSlug: merchant.slug, email: ada.row.email } },
  );
  await api.drain();
  const mails = (await ada.mails()).slice(before);
  return secretsOf(mails.find(({ tag }) => tag === 'sign-in-link')!).token;
}

async function invitedToken(): Promise<string> {
  const email = `invited${(count += 1)}@staff.example`;
  await inviteStaffMember(api.app.billing, merchant.system, { email, role: 'SUPPORT' });
  await api.drain();
  const [mail] = await api.app.outbox.listWithBodies({ to: email, limit: 1 });
  return invitationToken(mail);
}

const helper = await merchant.staff('SUPPORT');

const offeredPriceId = await planPrice(api.app.billing, merchant, 900n);
const offered = clientWithSession(
  api,
  merchant,
  await enterWithOffer(api.app.billing, merchant, {
    customerId: ada.id,
    subscriptionId,
    offeredPriceIds: [offeredPriceId],
  }),
);

async function quotedPlan(): Promise<{ priceId: string; quote: string }> {
  const priceId = globalId('Price', offeredPriceId);
  const { planChangePreview } = await offered.data(
    `query ($input: PlanChangePreviewInput!) { planChangePreview(input: $input) {
      ... on PlanChangePreview { quote } } }`,
    { input: { priceId } },
  );
  return { priceId, quote: planChangePreview.quote };
}

/** By the type that the mutation answers with. */
const probes: Record<string, PayloadProbe> = {
  ApiKey: {
    mutation: 'updateApiKey',
    input: () => ({ apiKeyId: ids.apiKey, name: `Key ${(count += 1)}` }),
  },
  Coupon: {
    mutation: 'createCoupon',
    input: () => ({ code: `CODE${(count += 1)}`, percentOffBps: 500, duration: 'ONCE' }),
  },
  CreditNote: {
    mutation: 'creditInvoice',
    input: () => ({ invoiceId: globalId('Invoice', paid.id), amountMinor: 1, reason: 'Downtime' }),
    // What was paid is refunded.
    more: ['payments:write'],
  },
  Customer: {
    mutation: 'updateCustomer',
    input: () => ({ customerId: ids.customer, name: `Ada ${(count += 1)}` }),
  },
  Invoice: { mutation: 'collectInvoice', input: () => ({ invoiceId: ids.invoice }) },
  IssuedApiKey: {
    mutation: 'createApiKey',
    input: () => ({ name: 'Another', scopes: ['events:read'] }),
  },
  JoinedStaff: {
    mutation: 'acceptStaffInvitation',
    input: async () => ({ token: await invitedToken(), name: 'Nora', password: 'x'.repeat(12) }),
    client: api.client(),
    becomes: { kind: 'staff', granted: new Set(scopesOfRole.SUPPORT) },
  },
  Merchant: { mutation: 'setDefaultTaxRate', input: () => ({ taxRateId: ids.taxRate }) },
  PaymentMethod: {
    mutation: 'setDefaultPaymentMethod',
    input: () => ({ paymentMethodId: ids.paymentMethod }),
  },
  PlanChanged: {
    mutation: 'changePlan',
    input: quotedPlan,
    undo: () => undoSubscriptionChange(api.app.billing, merchant.system, { subscriptionId }),
    client: offered,
  },
  PortalSettings: {
    mutation: 'updatePortalReturnUrls',
    input: () => ({ returnUrls: [`https://shop.example/${(count += 1)}`] }),
  },
  Price: {
    mutation: 'updatePrice',
    input: () => ({ priceId: ids.price, nickname: `Price ${(count += 1)}` }),
  },
  Product: {
    mutation: 'updateProduct',
    input: () => ({ productId: ids.product, name: `Product ${(count += 1)}` }),
  },
  Refund: {
    mutation: 'refundPayment',
    input: () => ({ paymentId: globalId('Payment', payment.id), amountMinor: 1 }),
  },
  SignedIn: {
    mutation: 'confirmSignIn',
    input: async () => ({ portalSlug: merchant.slug, token: await signInToken() }),
    client: visitor,
  },
  StaffInvitation: {
    mutation: 'inviteStaffMember',
    input: () => ({ email: `invited${(count += 1)}@staff.example`, role: 'ANALYST' }),
  },
  StaffMember: {
    mutation: 'changeStaffRole',
    input: () => ({
      staffMemberId: globalId('StaffMember', helper.staffMemberId),
      role: (count += 1) % 2 ? 'ANALYST' : 'SUPPORT',
    }),
  },
  Subscription: {
    mutation: 'cancelSubscription',
    input: () => ({ subscriptionId: ids.subscription }),
    undo: () => undoSubscriptionCancellation(api.app.billing, merchant.system, { subscriptionId }),
  },
  TaxRate: {
    mutation: 'updateTaxRate',
    input: () => ({ taxRateId: ids.taxRate, name: `Tax ${(count += 1)}` }),
  },
  WebhookDelivery: {
    mutation: 'sendTestWebhook',
    input: () => ({ webhookEndpointId: ids.webhookEndpoint }),
  },
  WebhookEndpoint: {
    mutation: 'updateWebhookEndpoint',
    input: () => ({ webhookEndpointId: ids.webhookEndpoint, description: `${(count += 1)}` }),
  },
  WebhookEndpointSecret: {
    mutation: 'rotateWebhookSecret',
    input: () => ({ webhookEndpointId: ids.webhookEndpoint, revokeOld: true }),
  },
};

/** Those of the table; what else mutations answer with are plain values. */
function typesInPayloads(): string[] {
  const types = Object.values(schema.getMutationType()!.getFields()).flatMap(({ type }) => {
    const named = getNamedType(type);
    return isUnionType(named) ? named.getTypes() : isObjectType(named) ? [named] : [];
  });
  return [...new Set(types.map(({ name }) => name))].filter((name) => table.types[name]);
}

const transports = [overHttp, overSocket, overStreams];

/** Whoever may do everything, and whoever may do this and nothing else. */
async function viewersFor({ mutation, client, more = [], becomes }: PayloadProbe): Promise<Case[]> {
  if (client && becomes) return [{ client, ...becomes }];
  const row = table.types['Mutation']!.find(({ field }) => field === mutation)!;
  const viewers: Case[] = [];
  if (row.staff !== false && !client) {
    viewers.push({ kind: 'staff', client: owner, granted: new Set(scopes) });
  }
  if (Array.isArray(row.apiKey)) {
    const granted = [...(row.apiKey as Scope[]), ...more];
    const key = await api.apiKey(merchant, granted);
    viewers.push({ kind: 'apiKey', client: key, granted: new Set(granted) });
  }
  if (row.portal !== false) {
    const asked: readonly string[] = Array.isArray(row.portal) ? row.portal : [];
    // What a session brings with it, no merchant switches on.
    const permissions = asked.filter(
      (name) => !(sessionGrants as readonly string[]).includes(name),
    );
    await updatePortalPermissions(api.app.billing, merchant.system, {
      permissions: permissions as PortalPermission[],
    });
    viewers.push({ kind: 'portal', client: client ?? portal, granted: new Set(asked) });
  }
  return viewers;
}

async function checkAnswer(type: string, viewer: Case, { ask, name }: Carrier): Promise<void> {
  const { mutation, input, undo } = probes[type]!;
  const { query } = mutationProbe([mutation], { encode: globalId, slug: merchant.slug });
  const selection = `{ __typename ... on ${type} ${select(type, deep)}
    ... on Error { code message } }`;
  const returnsType = getNamedType(schema.getMutationType()!.getFields()[mutation]!.type);
  const text = query.replace(
    '{ __typename }',
    isUnionType(returnsType) ? selection : select(type, deep),
  );
  const answer = await ask(text, { [mutation]: await input() });
  const what = `${mutation} over ${name} as ${viewer.kind}: ${JSON.stringify(answer).slice(0, 500)}`;
  expect(answer.data?.[mutation], what).toBeTruthy();
  if (isUnionType(returnsType)) expect(answer.data[mutation].__typename, what).toBe(type);
  checkObject(type, [mutation], answer, viewer, deep);
  await undo?.();
  await api.drain();
}

it('every type of the table that a mutation can answer with is judged', () => {
  expect(Object.keys(probes).sort()).toEqual(typesInPayloads().sort());
});

describe.each(Object.keys(probes))('%s, as a mutation answers with it', (type) => {
  it('says what the table says, over HTTP, WebSocket and as a stream', async () => {
    const { mutation } = probes[type]!;
    const viewers = await viewersFor(probes[type]!);
    expect(viewers).not.toEqual([]);
    for (const viewer of viewers) {
      expect(
        missing(
          table.types['Mutation']!.find(({ field }) => field === mutation)![viewer.kind],
          viewer.granted,
        ),
      ).toBeNull();
      for (const transport of transports) {
        const carrier = await transport(viewer.client);
        await checkAnswer(type, viewer, carrier);
        carrier.close();
      }
    }
  });
});

it('mutations are open over WebSocket and as streams where they are over HTTP', async () => {
  await updatePortalPermissions(api.app.billing, merchant.system, {
    permissions: portalPermissions,
  });
  const viewers: Case[] = [
    { kind: 'staff', client: owner, granted: new Set(scopes) },
    { kind: 'portal', client: portal, granted: new Set(portalPermissions) },
    { kind: 'anonymous', client: api.client(), granted: new Set() },
  ];
  for (const viewer of viewers) {
    for (const transport of [overSocket, overStreams]) {
      const carrier = await transport(viewer.client);
      await checkMutations(viewer, carrier, 'all');
      carrier.close();
    }
  }
});
