import type { PortalSettings } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

const longestCompanyName = 80;

/** Sentences for developers; people read their catalogue's, by the reason. */
const logoProblems = {
  not_png: ['LOGO_NOT_PNG', 'The logo must be a PNG image.'],
  too_large: ['LOGO_TOO_LARGE', 'The logo must be at most 512 KiB.'],
  too_many_pixels: ['LOGO_TOO_MANY_PIXELS', 'The logo must be at most 2000 x 1000 pixels.'],
  corrupt: ['LOGO_CORRUPT', 'The PNG is damaged.'],
} as const;

export interface UpdatePortalBrandingInput {
  companyName: string;
  /** #rgb or #rrggbb */
  primaryColor: string;
  /** PNG bytes; null removes the logo, absent leaves it. */
  logo?: Uint8Array | null;
}

/**
 * Saves the portal's looks. Open portals repaint: the save is an event, and a logo's address is its
 * content's hash, so no cache can hold on to an old one.
 *
 * @throws InvalidInputError COMPANY_NAME_REQUIRED, COMPANY_NAME_TOO_LONG, COLOR_INVALID, LOGO_*
 */
export async function updatePortalBranding(
  billing: Billing,
  actor: Actor,
  input: UpdatePortalBrandingInput,
): Promise<PortalSettings> {
  authorize(actor, { staff: 'portal:write', apiKey: 'portal:write' });
  const { merchantId } = actor;
  const companyName = input.companyName.trim();
  if (companyName === '') {
    throw new InvalidInputError('companyName', 'COMPANY_NAME_REQUIRED', 'Enter a company name.');
  }
  if (companyName.length > longestCompanyName) {
    throw new InvalidInputError(
      'companyName',
      'COMPANY_NAME_TOO_LONG',
      `A company name has at most ${longestCompanyName} characters.`,
      { max: longestCompanyName },
    );
  }
  const primaryColor = parseColor(input.primaryColor);
  const logoHash = await storeLogo(billing, merchantId, input.logo);

  return inTransaction(billing, actor, async ({ database, record }) => {
    const settings = await database.portalSettings.update({
      where: { merchantId },
      data: {
        companyName,
        primaryColor,
        version: { increment: 1 },
        ...(logoHash === undefined ? {} : { logoHash }),
      },
    });
    await record({
      merchantId,
      type: 'portal.branding_updated',
      objectType: 'portal',
      objectId: merchantId,
      data: { companyName, primaryColor, logoHash: settings.logoHash },
    });
    return settings;
  });
}

/** @returns #rrggbb in lower case. */
function parseColor(input: string): string {
  const match = /^#?(?:([0-9a-f]{6})|([0-9a-f])([0-9a-f])([0-9a-f]))$/i.exec(input.trim());
  if (!match) {
    throw new InvalidInputError('primaryColor', 'COLOR_INVALID', 'Use a hex colour like #1f5fd6.');
  }
  const [, six, r, g, b] = match;
  return `#${six ?? [r, r, g, g, b, b].join('')}`.toLowerCase();
}

/** @returns the stored logo's hash; null to remove it; undefined to leave it. */
async function storeLogo(
  { readLogo, blobs }: Billing,
  merchantId: string,
  logo: Uint8Array | null | undefined,
): Promise<string | null | undefined> {
  if (!logo) return logo;
  const read = await readLogo(logo);
  if (read.status === 'rejected') {
    const [reason, message] = logoProblems[read.reason];
    throw new InvalidInputError('logo', reason, message);
  }
  return blobs.put(merchantId, 'image/png', read.png);
}
