/** Mails owed and sent: that they were, not what they said. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { emailMessagesVisibleTo } from '@4geeks/billing/notification/access';
import { type EmailStatus as statuses, type NotificationKind as kinds } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { Locale } from './money.ts';

export const emailMessageAccess: AccessRule = { staff: 'notifications:read' };
const access = emailMessageAccess;

export const NotificationKind = builder.enumType('NotificationKind', {
  description: 'Why a mail is sent.',
  values: described<kinds>({
    SIGN_IN_LINK: 'Somebody asked to sign in to the portal.',
    INVOICE_CREATED: 'An invoice was issued.',
    PAYMENT_FAILED: 'An attempt to collect was declined.',
    PAYMENT_ACTION_REQUIRED: 'The customer has to confirm a payment.',
    PAYMENT_RECEIPT: 'A payment succeeded.',
    PAYMENT_METHOD_EXPIRING: 'A card is about to expire.',
    WEBHOOK_DISABLED: 'A webhook endpoint was switched off after failing for days.',
    STAFF_INVITATION: "Somebody was invited to join a merchant's staff.",
  }),
});
const EmailStatus = builder.enumType('EmailStatus', {
  description: 'What became of a mail.',
  values: described<statuses>({
    QUEUED: 'Owed, and about to be sent.',
    SENT: 'Taken by the mail service.',
    FAILED: 'Given up.',
    BOUNCED: 'Nobody can be reached at the address.',
  }),
});

export const EmailMessage = builder.prismaObject('EmailMessage', {
  description: 'A mail to a customer. Its text is kept by whoever delivers it.',
  access,
});

addNode(EmailMessage, { model: 'emailMessage', access, visibleTo: emailMessagesVisibleTo });

builder.prismaObjectFields(EmailMessage, (t) => ({
  kind: t.expose('kind', { type: NotificationKind, access, description: 'Why it is sent.' }),
  locale: t.expose('locale', { type: Locale, access, description: 'Its language.' }),
  toAddress: t.expose('toAddress', {
    type: 'EmailAddress',
    access,
    description: 'Where it goes.',
  }),
  status: t.expose('status', { type: EmailStatus, access, description: 'What became of it.' }),
  failure: t.exposeString('failure', {
    access,
    nullable: true,
    description: 'Why it did not arrive, in the words of whoever delivers.',
  }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access,
    description: 'When it was owed.',
  }),
  sentAt: t.expose('sentAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was handed over.',
  }),
}));
