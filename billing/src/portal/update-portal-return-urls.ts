import type { PortalSettings } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { mostReturnUrls, readReturnUrl } from './return-url.ts';

/**
 * Sets where portal sessions made through the API may lead back to: exactly `returnUrls`. Sessions
 * that lead elsewhere offer no way back from now on.
 *
 * @throws InvalidInputError RETURN_URL_INVALID, TOO_MANY_RETURN_URLS
 */
export async function updatePortalReturnUrls(
  billing: Billing,
  actor: Actor,
  input: { returnUrls: readonly string[] },
): Promise<PortalSettings> {
  authorize(actor, { staff: 'portal:write', apiKey: 'portal:write' });
  const { merchantId } = actor;
  if (input.returnUrls.length > mostReturnUrls) {
    throw new InvalidInputError(
      'returnUrls',
      'TOO_MANY_RETURN_URLS',
      `List at most ${mostReturnUrls}; an origin stands for everything on it.`,
      { max: mostReturnUrls },
    );
  }

  return inTransaction(billing, actor, async ({ database, record }) => {
    const { mode } = await database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { mode: true },
    });
    const returnUrls = [
      ...new Set(
        input.returnUrls.map((text, index) => {
          const url = readReturnUrl(text, mode);
          if (url) return url.origin + url.pathname.replace(/\/$/, '');
          throw new InvalidInputError(
            'returnUrls',
            'RETURN_URL_INVALID',
            'Use https origins or URLs; a sandbox merchant may also use http on localhost.',
            { index },
          );
        }),
      ),
    ];
    const settings = await database.portalSettings.update({
      where: { merchantId },
      data: { returnUrls, version: { increment: 1 } },
    });
    await record({
      merchantId,
      type: 'portal.return_urls_updated',
      objectType: 'portal',
      objectId: merchantId,
      data: { returnUrls },
    });
    return settings;
  });
}
