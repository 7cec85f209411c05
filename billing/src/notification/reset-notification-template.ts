import type { Locale, NotificationKind } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { isEditable } from './kinds.ts';
import { effectiveTemplate, type EffectiveTemplate } from './load-template.ts';

/**
 * Goes back to the built-in text. Resetting what was never edited changes nothing.
 *
 * @throws InvalidInputError TEMPLATE_NOT_EDITABLE
 */
export async function resetNotificationTemplate(
  billing: Billing,
  actor: Actor,
  { kind, locale }: { kind: NotificationKind; locale: Locale },
): Promise<EffectiveTemplate> {
  authorize(actor, { staff: 'notifications:write' });
  const { merchantId } = actor;
  if (!isEditable(kind)) {
    throw new InvalidInputError('kind', 'TEMPLATE_NOT_EDITABLE', `${kind} cannot be edited.`);
  }
  return inTransaction(billing, actor, async ({ database, record }) => {
    const { count } = await database.notificationTemplate.deleteMany({
      where: { merchantId, kind, locale },
    });
    if (count > 0) {
      await record({
        merchantId,
        type: 'notification_template.reset',
        objectType: 'notification_template',
        objectId: merchantId,
        data: { kind, locale },
      });
    }
    return effectiveTemplate(kind, locale, null);
  });
}
