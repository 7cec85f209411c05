import type { DatabaseReader, Locale, NotificationKind } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { brandingOf } from './branding.ts';
import { exampleFacts } from './example-facts.ts';
import { isEditable, type EditableKind } from './kinds.ts';
import { loadTemplate } from './load-template.ts';
import { loadMailFacts, type MailFacts } from './mail-facts.ts';
import { mailVariables } from './mail-variables.ts';
import { loadMerchantFacts } from './merchant-facts.ts';
import { renderNotification, type RenderedMail } from './render-notification.ts';
import { validateTemplate, type TemplateFindings } from './validate-template.ts';

export interface NotificationPreview extends RenderedMail, TemplateFindings {
  /** Whose data fills it in; null: made-up data, because no customer's fits. */
  customerId: string | null;
}

/**
 * A mail as it would go out, with a real customer's data: their latest invoice, or latest failed
 * payment. Sends nothing. A template with errors gives them and empty parts.
 *
 * @param input `subject` and `body` need not be saved; absent ones are those in use. Without
 *   `customerId` the latest fitting invoice of any customer is taken.
 * @throws NotFoundError when the merchant has no such customer
 * @throws InvalidInputError TEMPLATE_NOT_EDITABLE
 */
export async function previewNotification(
  billing: Billing,
  actor: Actor,
  input: {
    kind: NotificationKind;
    locale: Locale;
    subject?: string;
    body?: string;
    customerId?: string;
  },
): Promise<NotificationPreview> {
  authorize(actor, { staff: 'notifications:read' });
  const { merchantId } = actor;
  const { kind, locale } = input;
  if (!isEditable(kind)) {
    throw new InvalidInputError('kind', 'TEMPLATE_NOT_EDITABLE', `${kind} cannot be edited.`);
  }
  const { database, publicUrl } = billing;
  const inUse = await loadTemplate(database, { merchantId, kind, locale });
  const template = { subject: input.subject ?? inUse.subject, body: input.body ?? inUse.body };
  const findings = validateTemplate({ kind, ...template });

  const { facts, customerId } = await previewFacts(billing, kind, locale, {
    merchantId,
    customerId: input.customerId,
  });
  if (findings.errors.length > 0)
    return { ...findings, subject: '', html: '', text: '', customerId };
  const mail = renderNotification({
    kind,
    locale,
    template,
    variables: mailVariables(kind, locale, facts, publicUrl),
    branding: brandingOf(facts.merchant, facts.merchant.portalSettings, publicUrl),
  });
  return { ...mail, ...findings, customerId };
}

async function previewFacts(
  { database, clock }: Billing,
  kind: EditableKind,
  locale: Locale,
  { merchantId, customerId }: { merchantId: string; customerId: string | undefined },
): Promise<{ facts: MailFacts; customerId: string | null }> {
  const customer =
    customerId === undefined
      ? null
      : await database.customer.findUnique({
          where: { merchantId_id: { merchantId, id: customerId } },
        });
  if (customerId !== undefined && !customer) throw new NotFoundError('Customer');

  const fitting = await latestFitting(database, kind, { merchantId, customerId });
  const merchants = await loadMerchantFacts(database.sql, [merchantId]);
  const merchant = merchants.get(merchantId);
  if (!merchant) throw new NotFoundError('Merchant');
  if (fitting) {
    const subject = { merchantId, ...fitting };
    const factsOf = await loadMailFacts(database.sql, [subject]);
    return { facts: factsOf(subject, merchant), customerId: fitting.customerId };
  }
  const example = exampleFacts(locale, merchant, clock.now());
  return customer
    ? { facts: { ...example, customerName: customer.name }, customerId: customer.id }
    : { facts: example, customerId: null };
}

/** What the newest mail of this kind would have been about. */
async function latestFitting(
  database: DatabaseReader,
  kind: EditableKind,
  where: { merchantId: string; customerId: string | undefined },
): Promise<{ customerId: string; invoiceId: string; paymentId: string | null } | null> {
  const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
  if (kind === 'PAYMENT_FAILED') {
    const payment = await database.payment.findFirst({
      where: { ...where, status: 'FAILED' },
      orderBy: newestFirst,
    });
    return (
      payment && {
        customerId: payment.customerId,
        invoiceId: payment.invoiceId,
        paymentId: payment.id,
      }
    );
  }
  const invoice = await database.invoice.findFirst({
    where: { ...where, status: { not: 'DRAFT' } },
    orderBy: newestFirst,
  });
  return invoice && { customerId: invoice.customerId, invoiceId: invoice.id, paymentId: null };
}
