/**
 * A chain of beginnings: `seed.merchant()` -> `.customer({ card: 'visa' })` -> `.subscription()`.
 * Everything is made by use cases, so a beginning is always a state that can really be.
 */
import type { TestAccountAlias } from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import { testAccount } from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import type { TestCardAlias } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import { testCard } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import type { OutboxMail } from '@4geeks/api/adapters/mail/outbox';
import {
  permissionsOf,
  type ApiKeyViewer,
  type CustomerViewer,
  type PortalPermission,
  type Scope,
  type StaffViewer,
  type SystemViewer,
} from '@4geeks/billing/access/viewer';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { createApiKey } from '@4geeks/billing/api-key/create-api-key';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { resolveApiKey } from '@4geeks/billing/api-key/resolve-api-key';
import { resolveStaffMember } from '@4geeks/billing/merchant/resolve-staff-member';
import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { createPaymentMethodSetup } from '@4geeks/billing/payment-method/create-payment-method-setup';
import { importPaymentMethod } from '@4geeks/billing/payment-method/import-payment-method';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import type {
  BillingInterval,
  Customer,
  DunningFinalAction,
  Invoice,
  Locale,
  Merchant,
  MerchantMode,
  Payment,
  PaymentMethod,
  StaffRole,
  Subscription,
} from '@4geeks/prisma';

import type { TravellingClock } from './clock.ts';
import type { TestDatabase } from './database.ts';
import type { Wired } from './wire.ts';

const allPermissions: readonly PortalPermission[] = [
  'UPDATE_PAYMENT_METHODS',
  'VIEW_PAYMENT_HISTORY',
  'DOWNLOAD_INVOICES',
  'CANCEL_SUBSCRIPTION',
];

export interface MerchantOptions {
  name?: string;
  timeZone?: string;
  finalAction?: DunningFinalAction;
  /** Default: SANDBOX. */
  mode?: MerchantMode;
  /** Default: all four. */
  permissions?: readonly PortalPermission[];
  /** Default: on. */
  portal?: boolean;
}

export interface CustomerOptions {
  name?: string;
  email?: string;
  locale?: Locale;
  address?: string;
  /** `expiring`: a good card that ends with the current month. Default: `visa`; null: none. */
  card?: TestCardAlias | 'expiring' | null;
  /** How many years the card is good for. Default 3. */
  cardYears?: number;
  /** A bank account instead of a card. */
  account?: TestAccountAlias;
}

export interface SubscriptionOptions {
  amountMinor?: bigint;
  currency?: string;
  interval?: BillingInterval;
  trialDays?: number;
  quantity?: number;
}

/** What one charge is at the gateway. */
export interface GatewayCharge {
  idempotencyKey: string;
  status: string;
  amountMinor: bigint;
  last4: string;
}

export interface SeededCustomer {
  row: Customer;
  id: string;
  /** As signed in now, with the merchant's permissions as they are now. */
  viewer(): Promise<CustomerViewer>;
  /** Starts one; its first invoice is issued, and collected by the next drain. */
  subscription(options?: SubscriptionOptions): Promise<Subscription>;
  /** Types a test card into the gateway's form and keeps it, as the portal does. */
  enterCard(card: TestCardAlias, options?: { makeDefault?: boolean }): Promise<PaymentMethod>;
  /** The setup token of a card typed into the gateway's form. */
  typeCard(card: TestCardAlias): Promise<string>;
  /** The same for a bank account. */
  typeAccount(account: TestAccountAlias): Promise<string>;
  /** Types a test account into the gateway's form and keeps it. */
  enterAccount(account: TestAccountAlias): Promise<PaymentMethod>;
  invoices(): Promise<Invoice[]>;
  openInvoices(): Promise<Invoice[]>;
  payments(): Promise<Payment[]>;
  paymentMethods(): Promise<PaymentMethod[]>;
  subscriptions(): Promise<Subscription[]>;
  mails(): Promise<OutboxMail[]>;
  /** Event types, in order. */
  events(): Promise<string[]>;
  /** What the gateway says was charged, in order. */
  charges(): Promise<GatewayCharge[]>;
}

export interface SeededMerchant {
  row: Merchant;
  id: string;
  system: SystemViewer;
  slug: string;
  staff(role?: StaffRole): Promise<StaffViewer>;
  apiKey(scopes: readonly Scope[]): Promise<{ key: string; viewer: ApiKeyViewer }>;
  customer(options?: CustomerOptions): Promise<SeededCustomer>;
  /** A customer whose card has expired and whose renewal has just failed; travels a month. */
  pastDueCustomer(options?: CustomerOptions & SubscriptionOptions): Promise<SeededCustomer>;
}

export interface Seed {
  merchant(options?: MerchantOptions): Promise<SeededMerchant>;
}

/** What seeding needs of an installation. */
export type SeedKit = Pick<Wired, 'billing' | 'sandbox' | 'drain' | 'sweep'> & {
  mailbox: Pick<Wired['mailbox'], 'mails'>;
  clock: TravellingClock;
  sql: TestDatabase['sql'];
};

let counter = 0;

export function createSeed(kit: SeedKit): Seed {
  const { billing } = kit;
  return {
    async merchant(options = {}) {
      counter += 1;
      const merchant = await createMerchant(billing, {
        name: options.name ?? `Merchant ${counter}`,
        currency: 'EUR',
        locale: 'en',
        timeZone: options.timeZone ?? 'UTC',
        supportEmail: `support${counter}@merchant.example`,
        address: 'Calle Mayor 1\n28013 Madrid',
        invoicePrefix: `T${counter}`,
        ...(options.finalAction ? { finalAction: options.finalAction } : {}),
        ...(options.mode ? { mode: options.mode } : {}),
      });
      const system: SystemViewer = { kind: 'system', merchantId: merchant.id };
      const { slug } = await enablePortal(billing, system);
      await updatePortalPermissions(billing, system, {
        permissions: options.permissions ?? allPermissions,
      });
      if (options.portal === false) {
        const { disablePortal } = await import('@4geeks/billing/portal/disable-portal');
        await disablePortal(billing, system);
      }
      return seededMerchant(kit, merchant, slug!);
    },
  };
}

function seededMerchant(kit: SeedKit, row: Merchant, slug: string): SeededMerchant {
  const { billing, clock } = kit;
  const { id: merchantId } = row;
  const system: SystemViewer = { kind: 'system', merchantId };

  async function customer(options: CustomerOptions = {}): Promise<SeededCustomer> {
    counter += 1;
    const created = await createCustomer(billing, system, {
      name: options.name ?? `Customer ${counter}`,
      email: options.email ?? `customer${counter}@example.com`,
      locale: options.locale ?? 'en',
      ...(options.address === undefined ? {} : { address: options.address }),
    });
    const seeded = seededCustomer(kit, created);
    const card = options.card === undefined ? 'visa' : options.card;
    if (options.account) {
      const paymentMethod = await kit.sandbox.createTestPaymentMethod({
        merchantId,
        customerId: created.id,
        account: options.account,
        holderName: created.name,
      });
      await importPaymentMethod(billing, system, { customerId: created.id, paymentMethod });
    } else if (card !== null) {
      const now = clock.now();
      const paymentMethod = await kit.sandbox.createTestPaymentMethod({
        merchantId,
        customerId: created.id,
        card: card === 'expiring' ? 'visa' : card,
        expMonth: now.getUTCMonth() + 1,
        expYear: now.getUTCFullYear() + (card === 'expiring' ? 0 : (options.cardYears ?? 3)),
      });
      await importPaymentMethod(billing, system, { customerId: created.id, paymentMethod });
    }
    return seeded;
  }

  return {
    row,
    id: merchantId,
    system,
    slug,
    async staff(role = 'OWNER') {
      counter += 1;
      const user = await billing.database.staffUser.create({
        data: { name: `Staff ${counter}`, email: `staff${counter}@merchant.example` },
      });
      await addStaffMember(billing, system, { userId: user.id, role });
      return (await resolveStaffMember(billing, { userId: user.id }))!;
    },
    async apiKey(scopes) {
      const { key } = await createApiKey(billing, system, { name: 'Tests', scopes });
      return { key, viewer: (await resolveApiKey(billing, { key }))! };
    },
    customer,
    async pastDueCustomer(options = {}) {
      const seeded = await customer({ card: 'expiring', ...options });
      await seeded.subscription(options);
      await kit.drain();
      clock.advance({ days: 31 });
      await kit.sweep();
      return seeded;
    },
  };
}

function seededCustomer(kit: SeedKit, row: Customer): SeededCustomer {
  const { billing, sandbox } = kit;
  const { database } = billing;
  const { id: customerId, merchantId } = row;
  const system: SystemViewer = { kind: 'system', merchantId };
  const own = { where: { merchantId, customerId }, orderBy: { id: 'asc' as const } };

  async function viewer(): Promise<CustomerViewer> {
    const settings = await database.portalSettings.findUniqueOrThrow({ where: { merchantId } });
    return {
      kind: 'customer',
      merchantId,
      customerId,
      portalSessionId: '00000000-0000-7000-8000-000000000000',
      permissions: permissionsOf(settings),
      grants: new Set(),
    };
  }

  const typeCard = (card: TestCardAlias) =>
    type({
      number: testCard(card).number,
      expMonth: '12',
      expYear: String(kit.clock.now().getUTCFullYear() + 4),
      cvc: testCard(card).brand === 'amex' ? '1234' : '123',
    });

  function typeAccount(alias: TestAccountAlias): Promise<string> {
    const account = testAccount(alias);
    const shared = { holderName: row.name, mandateAccepted: true };
    return account.type === 'SEPA_DEBIT'
      ? type({ ...shared, type: 'sepa_debit', iban: account.iban })
      : type({
          ...shared,
          type: 'us_bank_account',
          routingNumber: account.routingNumber,
          accountNumber: account.accountNumber,
          accountType: 'checking',
        });
  }

  async function type(details: object): Promise<string> {
    const { clientSecret } = await createPaymentMethodSetup(billing, await viewer());
    const response = await sandbox.handleHttp(
      new Request(`${billing.publicUrl}/sandbox-gateway/tokens`, {
        method: 'POST',
        body: JSON.stringify({ clientSecret, ...details }),
      }),
    );
    const body = (await response!.json()) as { setupToken?: string };
    if (!body.setupToken) throw new Error(`The gateway refused it: ${JSON.stringify(body)}`);
    return body.setupToken;
  }

  return {
    row,
    id: customerId,
    viewer,
    async subscription(options = {}) {
      const product = await createProduct(billing, system, { name: 'Team' });
      const price = await createPrice(billing, system, {
        productId: product.id,
        currency: options.currency ?? 'EUR',
        unitAmountMinor: options.amountMinor ?? 4900n,
        interval: options.interval ?? 'MONTH',
        trialDays: options.trialDays ?? 0,
      });
      return createSubscription(billing, system, {
        customerId,
        items: [{ priceId: price.id, quantity: options.quantity ?? 1 }],
      });
    },
    typeCard,
    typeAccount,
    async enterCard(card, options = {}) {
      const setupToken = await typeCard(card);
      return addPaymentMethod(billing, await viewer(), { setupToken, ...options });
    },
    async enterAccount(account) {
      const setupToken = await typeAccount(account);
      return addPaymentMethod(billing, await viewer(), { setupToken });
    },
    invoices: () => database.invoice.findMany(own),
    openInvoices: () =>
      database.invoice.findMany({ ...own, where: { ...own.where, status: 'OPEN' } }),
    payments: () => database.payment.findMany(own),
    paymentMethods: () => database.paymentMethod.findMany(own),
    subscriptions: () => database.subscription.findMany(own),
    mails: () => kit.mailbox.mails(row.email),
    async events() {
      const events = await database.event.findMany({
        where: { merchantId, customerId },
        orderBy: { sequence: 'asc' },
      });
      return events.map(({ type }) => type);
    },
    async charges() {
      const rows = await kit.sql<{ key: string; status: string; amount: string; last4: string }>(
        `select c.idempotency_key as key, c.status, c.amount_minor as amount, p.last4
         from sandbox_gateway.charge c
         join sandbox_gateway.payment_method p on p.token = c.payment_method_token
         where p.customer_id = $1 order by c.created_at, c.ctid`,
        [customerId],
      );
      return rows.map(({ key, status, amount, last4 }) => ({
        idempotencyKey: key,
        status,
        amountMinor: BigInt(amount),
        last4,
      }));
    },
  };
}
