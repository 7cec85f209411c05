/** Owed mails, as they will be handed over: read and rendered together. */
import {
  Prisma,
  type EmailMessage,
  type NotificationTemplate,
  type SqlRunner,
} from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import type { Billing, Mail } from '../ports.ts';
import { brandingOf } from './branding.ts';
import { expiringMethodVariables, loadExpiringMethodFacts } from './expiring-method-facts.ts';
import {
  isAboutInvoice,
  isEditable,
  kebabKind,
  type OwedKind,
  type TemplateText,
} from './kinds.ts';
import { loadMailFacts, type MailSubject } from './mail-facts.ts';
import { mailVariables } from './mail-variables.ts';
import { loadMerchantFacts, type MerchantFacts } from './merchant-facts.ts';
import { renderNotification, type RenderedMail } from './render-notification.ts';
import { TemplateError } from './template-issue.ts';
import type { NotificationVariables } from './template-variables.ts';
import { loadWebhookFacts, webhookVariables } from './webhook-facts.ts';

export interface PreparedMail {
  message: EmailMessage;
  mail: Mail;
  /** Why the merchant's own text was not used. */
  templateError: string | null;
}

/**
 * Reads what `messages` are about, and renders them: a few statements, whatever their number.
 *
 * @returns the mails in the order given, and what went wrong with the others.
 */
export async function prepareMails(
  billing: Billing,
  sql: SqlRunner,
  messages: readonly EmailMessage[],
): Promise<{ mails: PreparedMail[]; failures: unknown[] }> {
  const merchantIds = [...new Set(messages.map(({ merchantId }) => merchantId))];
  const [merchants, templates, factsOf, methods, webhooks] = await Promise.all([
    loadMerchantFacts(sql, merchantIds),
    readOwnTemplates(sql, merchantIds, messages),
    loadMailFacts(sql, messages.flatMap(aboutInvoice)),
    loadExpiringMethodFacts(
      sql,
      messages.flatMap(({ paymentMethodId }) => paymentMethodId ?? []),
    ),
    loadWebhookFacts(
      sql,
      messages.filter(({ kind }) => kind === 'WEBHOOK_DISABLED').map(({ id }) => id),
    ),
  ]);
  const ownTextOf = new Map(templates.map((template) => [templateKey(template), template]));
  const mails: PreparedMail[] = [];
  const failures: unknown[] = [];
  for (const message of messages) {
    try {
      const merchant = merchants.get(message.merchantId)!;
      const content = contentOf(message, merchant);
      const own = ownTextOf.get(templateKey(message)) ?? null;
      mails.push({ message, ...render(billing, message, merchant, content, own) });
    } catch (error) {
      failures.push(error);
    }
  }
  return { mails, failures };

  function contentOf(message: EmailMessage, merchant: MerchantFacts): MailContent {
    const { id, kind, locale, paymentMethodId } = message;
    if (kind === 'PAYMENT_METHOD_EXPIRING' && paymentMethodId !== null) {
      const method = methods.get(paymentMethodId);
      if (method?.merchantId !== merchant.id) throw new NotFoundError('PaymentMethod');
      const variables = expiringMethodVariables(locale, method, merchant, billing.publicUrl);
      return { kind, name: method.customerName, variables };
    }
    if (kind === 'WEBHOOK_DISABLED') {
      const facts = webhooks.get(id);
      if (!facts) throw new NotFoundError('webhook endpoint');
      const variables = webhookVariables(locale, facts, merchant);
      return { kind, name: facts.staffName, variables };
    }
    const [subject] = aboutInvoice(message);
    if (!isAboutInvoice(kind) || !subject) {
      throw new Error(`EmailMessage ${id} does not say what it is about`);
    }
    const facts = factsOf(subject, merchant);
    const variables = mailVariables(kind, locale, facts, billing.publicUrl);
    return { kind, name: facts.customerName, variables };
  }
}

interface MailContent {
  kind: OwedKind;
  /** Of the reader. */
  name: string;
  variables: NotificationVariables<OwedKind>;
}

function aboutInvoice({ merchantId, invoiceId, paymentId }: EmailMessage): MailSubject[] {
  return invoiceId === null ? [] : [{ merchantId, invoiceId, paymentId }];
}

type OwnTemplate = Pick<
  NotificationTemplate,
  'merchantId' | 'kind' | 'locale' | 'subject' | 'body'
>;

function templateKey({
  merchantId,
  kind,
  locale,
}: Pick<OwnTemplate, 'merchantId' | 'kind' | 'locale'>): string {
  return `${merchantId} ${kind} ${locale}`;
}

/** The merchants' own texts of these kinds in these languages. */
async function readOwnTemplates(
  sql: SqlRunner,
  merchantIds: readonly string[],
  messages: readonly EmailMessage[],
): Promise<OwnTemplate[]> {
  const kinds = [...new Set(messages.map(({ kind }) => kind).filter(isEditable))];
  if (kinds.length === 0) return [];
  const locales = [...new Set(messages.map(({ locale }) => locale))];
  return sql.query<OwnTemplate>(Prisma.sql`
    SELECT "merchantId", kind, locale, subject, body FROM "NotificationTemplate"
    WHERE "merchantId" = ANY(${merchantIds}::uuid[])
      AND kind = ANY(${kinds}::"NotificationKind"[]) AND locale = ANY(${locales}::"Locale"[])`);
}

/**
 * A merchant's text that does not render (it did when it was saved) must not cost the customer the
 * mail: the built-in text goes out, and the event says so.
 */
function render(
  billing: Billing,
  message: EmailMessage,
  merchant: MerchantFacts,
  { kind, name, variables }: MailContent,
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
    templateError = error.message.toWellFormed();
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
