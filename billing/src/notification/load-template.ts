import type { DatabaseReader, Locale, NotificationTemplate } from '@4geeks/prisma';
import { defaultTemplate } from './default-templates/default-template.ts';
import { editableKinds, locales, type EditableKind, type TemplateText } from './kinds.ts';

/** The text a mail goes out with. */
export interface EffectiveTemplate extends TemplateText {
  kind: EditableKind;
  locale: Locale;
  /** True while the built-in text is used. */
  isDefault: boolean;
  /** When the merchant last saved it; null while it is the default. */
  updatedAt: Date | null;
}

/** The merchant's text, or the built-in one. */
export async function loadTemplate(
  database: DatabaseReader,
  key: { merchantId: string; kind: EditableKind; locale: Locale },
): Promise<EffectiveTemplate> {
  const own = await database.notificationTemplate.findUnique({
    where: { merchantId_kind_locale: key },
  });
  return effectiveTemplate(key.kind, key.locale, own);
}

/** Every editable text in every language, kind by kind. */
export async function loadTemplates(
  database: DatabaseReader,
  merchantId: string,
): Promise<EffectiveTemplate[]> {
  const own = await database.notificationTemplate.findMany({ where: { merchantId } });
  return editableKinds.flatMap((kind) =>
    locales.map((locale) =>
      effectiveTemplate(
        kind,
        locale,
        own.find((template) => template.kind === kind && template.locale === locale) ?? null,
      ),
    ),
  );
}

export function effectiveTemplate(
  kind: EditableKind,
  locale: Locale,
  own: Pick<NotificationTemplate, 'subject' | 'body' | 'updatedAt'> | null,
): EffectiveTemplate {
  const { subject, body } = own ?? defaultTemplate(kind, locale);
  return {
    kind,
    locale,
    subject,
    body,
    isDefault: own === null,
    updatedAt: own?.updatedAt ?? null,
  };
}
