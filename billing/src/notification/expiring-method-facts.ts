/** What the mail about a card that expires soon is made of. */
import { Prisma, type Locale, type SqlRunner } from '@4geeks/prisma';
import { areChargedTo } from '../payment-method/charged-subscriptions.ts';
import { cardBrandName } from './card-brand-name.ts';
import { listOfNames } from './mail-variables.ts';
import type { MerchantFacts } from './merchant-facts.ts';
import { namesOf } from './product-names.ts';
import { portalLink } from './portal-link.ts';
import type { NotificationVariables } from './template-variables.ts';

export interface ExpiringMethodFacts {
  id: string;
  merchantId: string;
  brand: string;
  last4: string;
  expMonth: number | null;
  expYear: number | null;
  customerName: string;
  /** What it pays for, subscription by subscription. `names`: by language. */
  products: { name: string; names: Readonly<Partial<Record<string, string>>> }[];
}

type ProductRow = ExpiringMethodFacts['products'][number] & { paymentMethodId: string };

/** @returns those that there are, by id. */
export async function loadExpiringMethodFacts(
  sql: SqlRunner,
  paymentMethodIds: readonly string[],
): Promise<Map<string, ExpiringMethodFacts>> {
  if (paymentMethodIds.length === 0) return new Map();
  const [methods, products] = await Promise.all([
    sql.query<Omit<ExpiringMethodFacts, 'products'>>(Prisma.sql`
      SELECT method.id, method."merchantId", method.brand, method.last4, method."expMonth",
        method."expYear", customer.name AS "customerName"
      FROM "PaymentMethod" AS method
      JOIN "Customer" AS customer ON customer.id = method."customerId"
      WHERE method.id = ANY(${paymentMethodIds}::uuid[])`),
    sql.query<ProductRow>(Prisma.sql`
      SELECT method.id AS "paymentMethodId", product.name, ${namesOf(Prisma.sql`product.id`)} AS names
      FROM "PaymentMethod" AS method
      JOIN "Subscription" AS subscription ON subscription."merchantId" = method."merchantId"
        AND subscription."customerId" = method."customerId"
      JOIN "SubscriptionItem" AS item ON item."subscriptionId" = subscription.id
      JOIN "Price" AS price ON price.id = item."priceId"
      JOIN "Product" AS product ON product.id = price."productId"
      WHERE method.id = ANY(${paymentMethodIds}::uuid[]) AND ${areChargedTo}
      ORDER BY subscription."createdAt", item.id`),
  ]);
  const productsOf = Map.groupBy(products, ({ paymentMethodId }) => paymentMethodId);
  return new Map(
    methods.map((method) => [method.id, { ...method, products: productsOf.get(method.id) ?? [] }]),
  );
}

/** @param publicUrl Billing.publicUrl */
export function expiringMethodVariables(
  locale: Locale,
  method: ExpiringMethodFacts,
  merchant: MerchantFacts,
  publicUrl: string,
): NotificationVariables<'PAYMENT_METHOD_EXPIRING'> {
  return {
    customer_portal_link: portalLink(
      'PAYMENT_METHOD_EXPIRING',
      publicUrl,
      merchant.portalSettings,
      null,
    ),
    customer_name: method.customerName,
    company_name: merchant.portalSettings?.companyName || merchant.name,
    support_email: merchant.supportEmail,
    expiry_date: monthText(method, locale),
    subscription_name: listOfNames(
      method.products.map(({ name, names }) => names[locale] ?? name),
      locale,
    ),
    card_brand: cardBrandName(method.brand),
    card_last4: method.last4,
  };
}

/** The month printed on the card: "December 2027". */
function monthText(
  { expMonth, expYear }: { expMonth: number | null; expYear: number | null },
  locale: Locale,
): string {
  if (expMonth === null || expYear === null) return '';
  return new Intl.DateTimeFormat(locale, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(Date.UTC(expYear, expMonth - 1, 1));
}
