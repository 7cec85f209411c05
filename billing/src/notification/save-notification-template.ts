import type { Locale, NotificationKind } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { isEditable } from './kinds.ts';
import { effectiveTemplate, type EffectiveTemplate } from './load-template.ts';
import type { TemplateIssue } from './template-issue.ts';
import { validateTemplate } from './validate-template.ts';

/**
 * Replaces the text of one mail in one language; mails sent from now on use it, those already
 * queued too. Warnings do not stop it.
 *
 * @throws InvalidInputError TEMPLATE_NOT_EDITABLE, or the first TemplateErrorCode with its line and
 *   column as facts.
 */
export async function saveNotificationTemplate(
  billing: Billing,
  actor: Actor,
  input: { kind: NotificationKind; locale: Locale; subject: string; body: string },
): Promise<{ template: EffectiveTemplate; warnings: TemplateIssue[] }> {
  authorize(actor, { staff: 'notifications:write' });
  const { merchantId } = actor;
  const { kind, locale } = input;
  if (!isEditable(kind)) {
    throw new InvalidInputError('kind', 'TEMPLATE_NOT_EDITABLE', `${kind} cannot be edited.`);
  }
  const text = { subject: input.subject.trim(), body: input.body.replaceAll('\r\n', '\n') };
  const { errors, warnings } = validateTemplate({ kind, ...text });
  if (errors[0]) throw invalidInput(errors[0]);

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    const saved = await database.notificationTemplate.upsert({
      where: { merchantId_kind_locale: { merchantId, kind, locale } },
      create: { merchantId, kind, locale, ...text, updatedAt: now },
      update: { ...text, updatedAt: now },
    });
    await record({
      merchantId,
      type: 'notification_template.saved',
      objectType: 'notification_template',
      // Templates have no id of their own: kind and locale name one of the merchant's.
      objectId: merchantId,
      data: { kind, locale, warnings: warnings.map(({ code }) => code) },
    });
    return { template: effectiveTemplate(kind, locale, saved), warnings };
  });
}

function invalidInput({ field, code, message, line, column }: TemplateIssue): InvalidInputError {
  return new InvalidInputError(field, code, message, {
    ...(line !== null && { line }),
    ...(column !== null && { column }),
  });
}
