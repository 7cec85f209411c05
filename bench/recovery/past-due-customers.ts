/** Customers whose renewal failed and who have a card that works: one choice away from being paid. */
import type { App } from '@4geeks/api';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { hashSecret, newSecret } from '@4geeks/billing/access/secret';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { importPaymentMethod } from '@4geeks/billing/payment-method/import-payment-method';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';

export interface PastDueCustomer {
  portalSlug: string;
  sessionToken: string;
  /** Not the default yet. */
  workingMethodId: string;
}

const preparedAtOnce = 8;

export async function preparePastDueCustomers(
  { billing, database, sandbox, worker }: App,
  count: number,
): Promise<PastDueCustomer[]> {
  const merchant = await createMerchant(billing, {
    name: 'Bench',
    // A sandbox may have a clock of its own, which every transaction asks for.
    mode: 'LIVE',
    currency: 'EUR',
    locale: 'en',
    timeZone: 'UTC',
    supportEmail: 'bench@payments.example',
    address: '',
    invoicePrefix: 'B',
  });
  const system: SystemViewer = { kind: 'system', merchantId: merchant.id };
  const { slug } = await enablePortal(billing, system);
  const product = await createProduct(billing, system, { name: 'Plan' });
  const price = await createPrice(billing, system, {
    productId: product.id,
    currency: 'EUR',
    unitAmountMinor: 1900n,
    interval: 'MONTH',
  });

  async function prepare(index: number): Promise<PastDueCustomer> {
    const { id: customerId } = await createCustomer(billing, system, {
      name: `Customer ${index}`,
      email: `customer-${index}@payments.example`,
      locale: 'en',
    });
    const card = async (alias: 'visa' | 'visa_declines_on_charge') =>
      importPaymentMethod(billing, system, {
        customerId,
        paymentMethod: await sandbox.createTestPaymentMethod({
          merchantId: merchant.id,
          customerId,
          card: alias,
          expMonth: 12,
          expYear: new Date().getUTCFullYear() + 2,
        }),
      });
    const working = await card('visa');
    await card('visa_declines_on_charge');
    await createSubscription(billing, system, { customerId, items: [{ priceId: price.id }] });

    const sessionToken = newSecret();
    await database.portalSession.create({
      data: {
        merchantId: merchant.id,
        customerId,
        tokenHash: hashSecret(billing.hashKey, 'portal-session', sessionToken),
        expiresAt: new Date(Date.now() + 3_600_000),
      },
    });
    return { portalSlug: slug ?? '', sessionToken, workingMethodId: working.id };
  }

  const customers: PastDueCustomer[] = [];
  for (let first = 0; first < count; first += preparedAtOnce) {
    const indexes = Array.from(
      { length: Math.min(preparedAtOnce, count - first) },
      (_, offset) => first + offset,
    );
    customers.push(...(await Promise.all(indexes.map(prepare))));
  }
  await worker?.drain();
  return customers;
}
