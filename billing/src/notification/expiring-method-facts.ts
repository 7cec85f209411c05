/** What the mail about a card that expires soon is made of. */
import type { DatabaseReader, Locale } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import { subscriptionsChargedTo } from '../payment-method/charged-subscriptions.ts';
import { cardBrandName } from './card-brand-name.ts';
import type { MerchantFacts } from './mail-facts.ts';
import { listOfNames } from './mail-variables.ts';
import { portalLink } from './portal-link.ts';
import type { NotificationVariables } from './template-variables.ts';

export interface ExpiringMethodFacts {
  merchant: MerchantFacts;
  customerName: string;
  variables: NotificationVariables<'PAYMENT_METHOD_EXPIRING'>;
}

/**
 * @param publicUrl Billing.publicUrl
 * @throws NotFoundError when the merchant has no such payment method
 */
export async function loadExpiringMethodFacts(
  database: DatabaseReader,
  { merchantId, paymentMethodId }: { merchantId: string; paymentMethodId: string },
  locale: Locale,
  publicUrl: string,
): Promise<ExpiringMethodFacts> {
  const method = await database.paymentMethod.findUnique({
    where: { merchantId_id: { merchantId, id: paymentMethodId } },
    include: {
      customer: {
        include: {
          subscriptions: {
            where: subscriptionsChargedTo,
            orderBy: { createdAt: 'asc' },
            include: {
              items: {
                orderBy: { id: 'asc' },
                include: { price: { include: { product: { include: { translations: true } } } } },
              },
            },
          },
        },
      },
      merchant: { include: { portalSettings: true } },
    },
  });
  if (!method) throw new NotFoundError('PaymentMethod');
  const { merchant, customer } = method;
  const products = customer.subscriptions.flatMap(({ items }) =>
    items.map(({ price }) => price.product),
  );
  return {
    merchant,
    customerName: customer.name,
    variables: {
      customer_portal_link: portalLink(
        'PAYMENT_METHOD_EXPIRING',
        publicUrl,
        merchant.portalSettings,
        null,
      ),
      customer_name: customer.name,
      company_name: merchant.portalSettings?.companyName || merchant.name,
      support_email: merchant.supportEmail,
      expiry_date: monthText(method, locale),
      subscription_name: listOfNames(
        products.map(
          ({ name, translations }) =>
            translations.find((translation) => translation.locale === locale)?.name ?? name,
        ),
        locale,
      ),
      card_brand: cardBrandName(method.brand),
      card_last4: method.last4,
    },
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
