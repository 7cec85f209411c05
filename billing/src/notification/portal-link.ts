import type { PortalSettings } from '@4geeks/prisma';
import { portalUrl } from '../portal/portal-url.ts';
import type { OwedKind } from './kinds.ts';

/**
 * Where a mail leads: a failed payment or a card that expires to the form that mends it, every other
 * mail to the portal's first page, which also shows what waits to be confirmed. Empty where the portal cannot help: it is off, or the merchant does not let customers
 * update payment methods. Templates then name the support address instead.
 *
 * @param publicUrl Billing.publicUrl
 */
export function portalLink(
  kind: Exclude<OwedKind, 'WEBHOOK_DISABLED'>,
  publicUrl: string,
  settings: Pick<PortalSettings, 'enabled' | 'slug' | 'allowUpdatePaymentMethods'> | null,
  invoiceId: string | null,
): string {
  if (!settings?.enabled || settings.slug === null) return '';
  if (kind !== 'PAYMENT_FAILED' && kind !== 'PAYMENT_METHOD_EXPIRING') {
    return portalUrl(publicUrl, settings.slug);
  }
  const about = invoiceId === null ? '' : `?invoice=${invoiceId}`;
  return settings.allowUpdatePaymentMethods
    ? portalUrl(publicUrl, settings.slug, `payment-methods/new${about}`)
    : '';
}
