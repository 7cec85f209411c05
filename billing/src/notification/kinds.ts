/**
 * The mails the product sends. Terms: a *kind* is why a mail is sent; a *template* is subject
 * (Liquid) and body (Markdown with Liquid) in one language; *editable* kinds may be rewritten by
 * the merchant, the others always use the built-in text.
 */
import type { Locale, NotificationKind } from '@4geeks/prisma';

export const locales = ['en', 'es', 'de', 'pt', 'it'] as const satisfies readonly Locale[];

export const editableKinds = ['INVOICE_CREATED', 'PAYMENT_FAILED'] as const;
export type EditableKind = (typeof editableKinds)[number];

/** Kinds that are rows (EmailMessage) before they are mails; those that carry a secret are not. */
export type OwedKind = Exclude<NotificationKind, 'SIGN_IN_LINK' | 'STAFF_INVITATION'>;
/** Of these, the ones that are about an invoice. */
export type InvoiceMailKind = Exclude<OwedKind, 'PAYMENT_METHOD_EXPIRING' | 'WEBHOOK_DISABLED'>;

export function isAboutInvoice(kind: NotificationKind): kind is InvoiceMailKind {
  return ![
    'PAYMENT_METHOD_EXPIRING',
    'WEBHOOK_DISABLED',
    'STAFF_INVITATION',
    'SIGN_IN_LINK',
  ].includes(kind);
}

export function isEditable(kind: NotificationKind): kind is EditableKind {
  return (editableKinds as readonly NotificationKind[]).includes(kind);
}

/** `PAYMENT_FAILED` as `payment-failed`: mail tags and de-duplication keys. */
export function kebabKind(kind: NotificationKind): string {
  return kind.toLowerCase().replaceAll('_', '-');
}

export interface TemplateText {
  /** Liquid. */
  subject: string;
  /** Markdown with Liquid. */
  body: string;
}

/** A text for every kind, in one language. */
export type KindTexts = Record<NotificationKind, TemplateText>;
