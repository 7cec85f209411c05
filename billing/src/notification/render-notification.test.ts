import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Branding } from './branding.ts';
import { declineReason } from './decline-reasons.ts';
import { exampleFacts } from './example-facts.ts';
import { locales, type InvoiceMailKind } from './kinds.ts';
import { mailVariables } from './mail-variables.ts';
import type { MerchantFacts } from './merchant-facts.ts';
import { renderNotification } from './render-notification.ts';

const branding: Branding = {
  companyName: 'Lumen & Söhne',
  logoUrl: null,
  primaryColor: '#0f766e',
  address: 'Calle de Alcalá 42\n28014 Madrid',
  supportEmail: 'help@lumen.example',
};

const merchant = {
  name: 'Lumen',
  currency: 'EUR',
  timeZone: 'Europe/Madrid',
  supportEmail: 'help@lumen.example',
  invoicePrefix: 'LUM',
  portalSettings: {
    enabled: true,
    slug: 'lumen',
    companyName: 'Lumen & Söhne',
    allowUpdatePaymentMethods: true,
  },
} as MerchantFacts;

const portalOff = {
  ...merchant,
  portalSettings: { ...merchant.portalSettings, enabled: false },
} as MerchantFacts;

const now = new Date('2026-11-22T23:30:00Z');
const variablesOf = (
  kind: InvoiceMailKind,
  locale: (typeof locales)[number] = 'en',
  of = merchant,
) => mailVariables(kind, locale, exampleFacts(locale, of, now), 'https://pay.example');

const render = (body: string, changes: Record<string, string> = {}, subject = 'Subject') =>
  renderNotification({
    kind: 'PAYMENT_FAILED',
    locale: 'en',
    template: { subject, body },
    variables: { ...variablesOf('PAYMENT_FAILED'), ...changes },
    branding,
  });

describe('built-in mails', () => {
  const updateMethod = {
    en: 'Update Payment Method',
    es: 'Actualizar método de pago',
    de: 'Zahlungsmethode aktualisieren',
    pt: 'Atualizar método de pagamento',
    it: 'Aggiorna metodo di pagamento',
  };

  test.each(locales)('a failed payment leads to the form that mends it (%s)', (locale) => {
    const mail = renderNotification({
      kind: 'PAYMENT_FAILED',
      locale,
      variables: variablesOf('PAYMENT_FAILED', locale),
      branding,
    });
    const link =
      'https://pay.example/p/lumen/payment-methods/new?invoice=00000000-0000-7000-8000-000000000000';
    expect(mail.text).toContain(`${updateMethod[locale]}:\n${link}`);
    expect(mail.html).toContain(`href="${link}"`);
    expect(mail.html).toContain(`<html lang="${locale}"`);
    expect(mail.text).toContain(declineReason('expired_card', locale));
    expect(mail.text).toContain('LUM-0042');
    expect(mail.text).toContain('Visa •••• 4242');
  });

  test.each(locales)('without a portal the support address takes its place (%s)', (locale) => {
    for (const kind of ['PAYMENT_FAILED', 'INVOICE_CREATED'] as const) {
      const mail = renderNotification({
        kind,
        locale,
        variables: variablesOf(kind, locale, portalOff),
        branding,
      });
      expect(mail.text).not.toContain('https://');
      // In the text, and below it with the sender.
      expect(mail.text.match(/help@lumen\.example/g)).toHaveLength(2);
      expect(mail.html).not.toContain('class="button"');
      expect(mail.html).toContain('href="mailto:help@lumen.example"');
    }
  });

  test.each(locales)('nothing of Liquid or Markdown is left over (%s)', (locale) => {
    for (const kind of ['INVOICE_CREATED', 'PAYMENT_FAILED', 'PAYMENT_RECEIPT'] as const) {
      const mail = renderNotification({
        kind,
        locale,
        variables: variablesOf(kind, locale),
        branding,
      });
      for (const part of [mail.subject, mail.text]) {
        expect(part).not.toMatch(/\{\{|\{%|\*\*|\]\(|\|---|zslot|undefined|\bnull\b/);
      }
      expect(mail.html).not.toMatch(/\{\{|\{%|\*\*|\|---|zslot|undefined/);
    }
  });

  test.each(locales)('a sign-in mail has link, code and expiry (%s)', (locale) => {
    const { subject, text, html } = renderNotification({
      kind: 'SIGN_IN_LINK',
      locale,
      variables: {
        sign_in_link: 'https://pay.example/p/lumen/sign-in?token=a_b_c&x=1',
        sign_in_code: '482913',
        expires_in_minutes: '20',
        customer_name: '',
        company_name: 'Lumen',
        support_email: 'help@lumen.example',
      },
      branding,
    });
    expect(subject).toContain('Lumen');
    expect(text).toContain('https://pay.example/p/lumen/sign-in?token=a_b_c&x=1');
    expect(text).toContain('482913');
    expect(text).toContain('20');
    expect(html).toContain('sign-in?token=a_b_c&amp;x=1"');
  });

  test('leaves out what is not known', () => {
    const { subject, text } = renderNotification({
      kind: 'PAYMENT_FAILED',
      locale: 'en',
      variables: {
        ...variablesOf('PAYMENT_FAILED'),
        next_attempt_date: '',
        card_last4: '',
        subscription_name: '',
      },
      branding,
    });
    expect(subject).toBe('Your payment of €49.00 to Lumen & Söhne did not go through');
    expect(text).toContain('your payment of €49.00.');
    expect(text).not.toContain('Next attempt');
    expect(text).not.toContain('••••');
  });

  test('says dates in the merchant’s zone and the last day of a period', () => {
    const variables = variablesOf('PAYMENT_RECEIPT', 'de');
    expect(variables.paid_at).toBe('23. November 2026');
    expect(variables.period_end).toBe('23. Dezember 2026');
    expect(variables.amount_due).toBe('49,00\u00a0€');
  });

  test('never tells that a card was reported lost or stolen', () => {
    for (const locale of locales) {
      const generic = declineReason('generic_decline', locale);
      for (const code of ['lost_card', 'stolen_card', 'do_not_honor', 'made_up', null]) {
        expect(declineReason(code, locale)).toBe(generic);
      }
    }
  });
});

describe('values are only text', () => {
  const hostile = '<img src=x onerror=alert(1)> **bold** [link](https://evil.example)\n# big';

  test('in HTML and in Markdown', () => {
    const { html, text } = render('Hello {{ customer_name }},\n\n- {{ customer_name }}', {
      customer_name: hostile,
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<strong>');
    expect(html).not.toContain('<h1');
    expect(html).not.toContain('href="https://evil.example"');
    expect(text).toContain('**bold** [link](https://evil.example)');
  });

  test('in the address of a link and in raw HTML', () => {
    for (const body of ['[x]({{ customer_name }})', '<a href="{{ customer_name }}">x</a>']) {
      expect(render(body, { customer_name: 'javascript:alert(1)' }).html).not.toContain(
        'javascript:',
      );
      expect(render(body, { customer_name: '"><script>alert(1)</script>' }).html).not.toContain(
        '<script',
      );
    }
  });

  test('in the subject, which stays one line', () => {
    const { subject } = render(
      'x',
      { customer_name: 'a\r\nBcc: b@c.example' },
      '{{customer_name}}!',
    );
    expect(subject).toBe('a Bcc: b@c.example!');
  });

  test('whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        const { html } = render('{{ customer_name }} *and* `{{ customer_name }}`', {
          customer_name: `${name}<b onclick=x>`,
        });
        expect(html).not.toContain('<b ');
        expect(html).toContain('<em>and</em>');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a merchant’s text', () => {
  test('a paragraph that is only a link is a button, a bare address is a link', () => {
    const { html, text } = render(
      '[Pay **now**]({{ customer_portal_link }})\n\nOr open {{ customer_portal_link }}',
    );
    expect(html.match(/class="button"/g)).toHaveLength(1);
    expect(html).toContain('>Pay now</a>');
    expect(html).toMatch(/<a href="https:\/\/pay\.example[^"]*" class="link"/);
    expect(text).toContain('Or open\nhttps://pay.example/p/lumen/payment-methods/new');
  });

  test('a link without an address leaves nothing to press', () => {
    const { html } = render('[Pay]({{ customer_portal_link }})', { customer_portal_link: '' });
    expect(html).not.toContain('class="button"');
  });

  test('may contain harmless HTML and nothing else', () => {
    const { html } = render(
      '<u>Yes</u><script>no()</script><style>p{}</style><p onclick="x" style="color:red">z</p>',
    );
    expect(html).toContain('<u>Yes</u>');
    expect(html).not.toContain('no()');
    expect(html).not.toContain('onclick');
    expect(html).not.toContain('color:red');
  });
});
