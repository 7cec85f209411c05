import type { DatabaseReader, EmailMessage } from '@4geeks/prisma';
import type { Billing, Mail } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { brandingOf } from './branding.ts';
import { loadExpiringMethodFacts } from './expiring-method-facts.ts';
import { isEditable, kebabKind, type OwedKind, type TemplateText } from './kinds.ts';
import { loadMailFacts, type MerchantFacts } from './mail-facts.ts';
import { loadWebhookFacts } from './webhook-facts.ts';
import { mailVariables } from './mail-variables.ts';
import { renderNotification, type RenderedMail } from './render-notification.ts';
import { TemplateError } from './template-issue.ts';
import type { NotificationVariables } from './template-variables.ts';

/**
 * Sends one owed mail in its reader's language, with the merchant's text or the built-in one.
 *
 * Running it twice sends once: the row is locked while the mail is handed over, and a row that is
 * locked or no longer queued is left alone. Should the process die between the mailer's answer and
 * the commit, the mail goes out again under the same idempotency key. The mailer must answer well
 * within a transaction's time limit (20 s).
 *
 * @returns `skipped` when there is nothing to send (any more).
 * @throws whatever the mailer throws; the mail stays queued.
 */
export async function sendEmail(
  billing: Billing,
  { merchantId, emailMessageId }: { merchantId: string; emailMessageId: string },
): Promise<'sent' | 'bounced' | 'skipped'> {
  const { database } = billing;
  // Everything is read and rendered before the transaction: while it is open, only the mailer works.
  const message = await database.emailMessage.findUnique({
    where: { merchantId_id: { merchantId, id: emailMessageId } },
  });
  if (message?.status !== 'QUEUED') return 'skipped';
  const { kind, locale, invoiceId, paymentMethodId } = message;
  const content = await loadContent(database, message, billing.publicUrl);
  const own = isEditable(kind)
    ? await database.notificationTemplate.findUnique({
        where: { merchantId_kind_locale: { merchantId, kind, locale } },
      })
    : null;
  const { mail, templateError } = render(billing, message, content, own);

  return inTransaction(billing, { kind: 'system', merchantId }, async (transaction) => {
    const { database, now, record } = transaction;
    if (!(await lockQueued(transaction, message))) return 'skipped';
    const outcome = await billing.mailer.send(mail);

    const bounced = outcome.status === 'bounced';
    await database.emailMessage.update({
      where: { id: message.id },
      data: bounced
        ? { status: 'BOUNCED', failure: outcome.reason }
        : { status: 'SENT', providerMessageId: outcome.messageId, sentAt: now },
    });
    await record({
      merchantId,
      ...(message.customerId !== null && { customerId: message.customerId }),
      type: bounced ? 'email.bounced' : 'email.sent',
      objectType: 'email_message',
      objectId: message.id,
      data: {
        kind,
        locale,
        ...(invoiceId !== null && { invoiceId }),
        ...(paymentMethodId !== null && { paymentMethodId }),
        ...(bounced && { reason: outcome.reason }),
        ...(templateError !== null && { templateError }),
      },
    });
    return outcome.status;
  });
}

interface MailContent {
  kind: OwedKind;
  merchant: MerchantFacts;
  /** Of the reader. */
  name: string;
  variables: NotificationVariables<OwedKind>;
}

async function loadContent(
  database: DatabaseReader,
  message: EmailMessage,
  publicUrl: string,
): Promise<MailContent> {
  const { id, merchantId, kind, locale, invoiceId, paymentId, paymentMethodId } = message;
  if (kind === 'PAYMENT_METHOD_EXPIRING' && paymentMethodId !== null) {
    const ids = { merchantId, paymentMethodId };
    const facts = await loadExpiringMethodFacts(database, ids, locale, publicUrl);
    return { kind, ...facts, name: facts.customerName };
  }
  if (kind === 'WEBHOOK_DISABLED') return { kind, ...(await loadWebhookFacts(database, message)) };
  if (kind === 'PAYMENT_METHOD_EXPIRING' || kind === 'SIGN_IN_LINK' || invoiceId === null) {
    throw new Error(`EmailMessage ${id} does not say what it is about`);
  }
  const facts = await loadMailFacts(database, { merchantId, invoiceId, paymentId });
  const { merchant, customerName } = facts;
  const variables = mailVariables(kind, locale, facts, publicUrl);
  return { kind, merchant, name: customerName, variables };
}

async function lockQueued(
  { database }: BillingTransaction,
  { merchantId, id }: EmailMessage,
): Promise<boolean> {
  const rows = await database.$queryRaw<unknown[]>`
    SELECT id FROM "EmailMessage"
    WHERE id = ${id}::uuid AND "merchantId" = ${merchantId}::uuid AND status = 'QUEUED'
    FOR UPDATE SKIP LOCKED`;
  return rows.length === 1;
}

/**
 * A merchant's text that does not render (it did when it was saved) must not cost the customer the
 * mail: the built-in text goes out, and the event says so.
 */
function render(
  billing: Billing,
  message: EmailMessage,
  { kind, merchant, name, variables }: MailContent,
  own: TemplateText | null,
): { mail: Mail; templateError: string | null } {
  const branding = brandingOf(merchant, merchant.portalSettings, billing.publicUrl);
  const input = { kind, locale: message.locale, variables, branding };
  let rendered: RenderedMail;
  let templateError: string | null = null;
  try {
    rendered = renderNotification({ ...input, template: own });
  } catch (error) {
    if (!(error instanceof TemplateError) || own === null) throw error;
    templateError = error.message;
    rendered = renderNotification(input);
  }
  return {
    templateError,
    mail: {
      from: { name: branding.companyName, address: billing.mailFrom },
      replyTo: branding.supportEmail,
      to: { name, address: message.toAddress },
      ...rendered,
      tag: kebabKind(kind),
      idempotencyKey: message.id,
    },
  };
}
