import type { Merchant, PortalSettings } from '@4geeks/prisma';
import { logoPath } from '../portal/portal-url.ts';

/** Whose mail it is, as its reader sees it. */
export interface Branding {
  companyName: string;
  /** Absolute, or null: the name stands in its place. */
  logoUrl: string | null;
  /** #rrggbb */
  primaryColor: string;
  /** Postal address, lines separated by newlines; may be ''. */
  address: string;
  supportEmail: string;
}

/** @param publicUrl Billing.publicUrl */
export function brandingOf(
  merchant: Pick<Merchant, 'id' | 'name' | 'address' | 'supportEmail'>,
  settings: Pick<PortalSettings, 'companyName' | 'primaryColor' | 'logoHash'> | null,
  publicUrl: string,
): Branding {
  return {
    companyName: settings?.companyName || merchant.name,
    logoUrl: settings?.logoHash ? `${publicUrl}${logoPath(merchant.id, settings.logoHash)}` : null,
    primaryColor: settings?.primaryColor ?? '#1f5fd6',
    address: merchant.address,
    supportEmail: merchant.supportEmail,
  };
}
