import type { Locale, NotificationKind } from '@4geeks/prisma';
import type { KindTexts, TemplateText } from '../kinds.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { it } from './it.ts';
import { pt } from './pt.ts';

const templates: Record<Locale, KindTexts> = { en, es, de, pt, it };

/** The text used where a merchant has none of its own. */
export function defaultTemplate(kind: NotificationKind, locale: Locale): TemplateText {
  return templates[locale][kind];
}
