import type { CustomerViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { isAllowedReturnUrl } from './return-url.ts';

/** Where the customer of this session may go back to; null where it came from nowhere, or may not any more. */
export async function readSessionReturnUrl(
  { database }: Pick<Billing, 'database'>,
  { portalSessionId }: CustomerViewer,
): Promise<string | null> {
  const session = await database.portalSession.findUnique({
    where: { id: portalSessionId },
    select: {
      returnUrl: true,
      merchant: { select: { mode: true, portalSettings: { select: { returnUrls: true } } } },
    },
  });
  if (!session?.returnUrl) return null;
  const { mode, portalSettings } = session.merchant;
  return isAllowedReturnUrl(session.returnUrl, portalSettings?.returnUrls ?? [], mode)
    ? session.returnUrl
    : null;
}
