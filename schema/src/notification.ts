/** The texts of mails: edited per language, and previewed with real data. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { exampleFacts } from '@4geeks/billing/notification/example-facts';
import { loadTemplates, type EffectiveTemplate } from '@4geeks/billing/notification/load-template';
import { mailVariables } from '@4geeks/billing/notification/mail-variables';
import { previewNotification } from '@4geeks/billing/notification/preview-notification';
import { resetNotificationTemplate } from '@4geeks/billing/notification/reset-notification-template';
import { saveNotificationTemplate } from '@4geeks/billing/notification/save-notification-template';
import type { TemplateIssue as TemplateIssueShape } from '@4geeks/billing/notification/template-issue';
import { templateVariables } from '@4geeks/billing/notification/template-variables';
import { validateTemplate } from '@4geeks/billing/notification/validate-template';
import { createContextCache } from '@pothos/core';
import { z } from 'zod';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Customer } from './customer.ts';
import { NotificationKind } from './email-message.ts';
import { InvalidInputError } from './errors.ts';
import { Merchant } from './merchant.ts';
import { Locale } from './money.ts';

const mayRead: AccessRule = { staff: 'notifications:read' };
const mayWrite: AccessRule = { staff: 'notifications:write' };

const TemplateIssue = builder.objectRef<TemplateIssueShape>('TemplateIssue').implement({
  description: 'Something wrong with a template, and where.',
  access: 'inherits',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable: PORTAL_LINK_MISSING, UNKNOWN_VARIABLE, SYNTAX_ERROR, ...',
    }),
    field: t.exposeString('field', { description: 'subject or body.' }),
    line: t.exposeInt('line', {
      nullable: true,
      description: 'From 1. Null: the field as a whole.',
    }),
    column: t.exposeInt('column', { nullable: true, description: 'From 1.' }),
    message: t.exposeString('message', { description: 'In English, for developers.' }),
  }),
});

const TemplateVariable = builder
  .objectRef<{ name: string; example: string; recommended: boolean }>('TemplateVariable')
  .implement({
    description: 'Something a template may write as {{name}}.',
    access: 'inherits',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Without the braces.' }),
      example: t.exposeString('example', { description: 'What it may read like.' }),
      recommended: t.exposeBoolean('recommended', {
        description: 'The mail should not go without it.',
      }),
    }),
  });

/** The merchant whose names and colours stand in examples; read once a request. */
const merchantFacts = createContextCache(({ billing, viewer }: Context) =>
  billing.database.merchant.findUniqueOrThrow({
    where: { id: 'merchantId' in viewer ? viewer.merchantId : '' },
    include: { portalSettings: true },
  }),
);

const NotificationTemplate = builder
  .objectRef<EffectiveTemplate>('NotificationTemplate')
  .implement({
    description:
      "A mail's text in one language: the merchant's own, or the built-in one. INVOICE_CREATED and PAYMENT_FAILED can be edited.",
    access: 'inherits',
    fields: (t) => ({
      kind: t.expose('kind', { type: NotificationKind, description: 'Why the mail is sent.' }),
      locale: t.expose('locale', { type: Locale, description: 'For customers of this language.' }),
      subject: t.exposeString('subject', { description: 'Liquid.' }),
      body: t.exposeString('body', { description: 'Markdown with Liquid.' }),
      isDefault: t.exposeBoolean('isDefault', {
        description: 'True while the built-in text is used.',
      }),
      variables: t.field({
        type: [TemplateVariable],
        description: 'What subject and body may use.',
        resolve: async ({ kind, locale }, _args, context) => {
          const { billing } = context;
          const facts = exampleFacts(locale, await merchantFacts(context), billing.clock.now());
          const examples: Record<string, string> = mailVariables(
            kind,
            locale,
            facts,
            billing.publicUrl,
          );
          return templateVariables[kind].map(({ name, recommended }) => ({
            name,
            recommended,
            example: examples[name] ?? '',
          }));
        },
      }),
      warnings: t.field({
        type: [TemplateIssue],
        description: 'What somebody should look at. Mails go out all the same.',
        resolve: (template) => validateTemplate(template).warnings,
      }),
      updatedAt: t.expose('updatedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it was last saved. Null for the built-in text.',
      }),
    }),
  });

builder.prismaObjectFields(Merchant, (t) => ({
  notificationTemplates: t.field({
    type: [NotificationTemplate],
    access: mayRead,
    nullable: true,
    description: 'Every text that can be edited, in every language.',
    resolve: ({ id }, _args, { billing }) => loadTemplates(billing.database, id),
  }),
}));

const NotificationPreview = builder
  .objectRef<Awaited<ReturnType<typeof previewNotification>>>('NotificationPreview')
  .implement({
    description: 'A mail as it would go out. Empty parts when the template has errors.',
    access: 'inherits',
    fields: (t) => ({
      subject: t.exposeString('subject', { description: 'As the inbox shows it.' }),
      html: t.exposeString('html', {
        description: 'A whole HTML document. Show it in a sandboxed frame.',
      }),
      text: t.exposeString('text', { description: 'The plain-text part.' }),
      errors: t.expose('errors', {
        type: [TemplateIssue],
        description: 'Why it could not be saved.',
      }),
      warnings: t.expose('warnings', {
        type: [TemplateIssue],
        description: 'What somebody should look at.',
      }),
      customer: t.prismaField({
        type: Customer,
        nullable: true,
        access: { staff: 'customers:read' },
        description: 'Whose data was filled in. Null: made-up data, because no customer fits.',
        resolve: (query, { customerId }, _args, { billing }) =>
          customerId === null
            ? null
            : billing.database.customer.findUnique({ ...query, where: { id: customerId } }),
      }),
    }),
  });

const longestBody = z.string().max(100_000);

const NotificationPreviewInput = builder.inputType('NotificationPreviewInput', {
  fields: (t) => ({
    kind: t.field({ type: NotificationKind, required: true, description: 'Which mail.' }),
    locale: t.field({ type: Locale, required: true, description: 'In which language.' }),
    subject: t.string({
      required: true,
      validate: longestBody,
      description: 'With variables as {{name}}.',
    }),
    body: t.string({
      required: true,
      validate: longestBody,
      description: 'Markdown, with variables as {{name}}.',
    }),
    customerId: t.globalID({
      for: Customer,
      description:
        'Whose data to fill in; a customer with a fitting invoice is chosen when absent.',
    }),
  }),
});

builder.queryFields((t) => ({
  notificationPreview: t.field({
    type: NotificationPreview,
    nullable: true,
    access: mayRead,
    description: 'A draft as a mail. Saves and sends nothing.',
    args: { input: t.arg({ type: NotificationPreviewInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      previewNotification(billing, viewer, { ...input, customerId: input.customerId?.id }),
  }),
}));

const SaveNotificationTemplateInput = builder.inputType('SaveNotificationTemplateInput', {
  fields: (t) => ({
    kind: t.field({ type: NotificationKind, required: true, description: 'Which mail.' }),
    locale: t.field({ type: Locale, required: true, description: 'In which language.' }),
    subject: t.string({
      required: true,
      validate: longestBody,
      description: 'With variables as {{name}}.',
    }),
    body: t.string({
      required: true,
      validate: longestBody,
      description: 'Markdown, with variables as {{name}}.',
    }),
  }),
});

const ResetNotificationTemplateInput = builder.inputType('ResetNotificationTemplateInput', {
  fields: (t) => ({
    kind: t.field({ type: NotificationKind, required: true, description: 'Which mail.' }),
    locale: t.field({ type: Locale, required: true, description: 'In which language.' }),
  }),
});

builder.mutationFields((t) => ({
  saveNotificationTemplate: t.field({
    type: NotificationTemplate,
    nullable: true,
    access: mayWrite,
    description: 'Replaces a text. Mails sent from now on use it.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: SaveNotificationTemplateInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) =>
      (await saveNotificationTemplate(billing, viewer, input)).template,
  }),
  resetNotificationTemplate: t.field({
    type: NotificationTemplate,
    nullable: true,
    access: mayWrite,
    description: 'Goes back to the built-in text.',
    args: { input: t.arg({ type: ResetNotificationTemplateInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      resetNotificationTemplate(billing, viewer, input),
  }),
}));
