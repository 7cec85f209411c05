import { describe, expect, test } from 'vitest';
import { defaultTemplate } from './default-templates/default-template.ts';
import { editableKinds, locales } from './kinds.ts';
import { validateTemplate } from './validate-template.ts';

const check = (body: string, subject = 'Subject') =>
  validateTemplate({ kind: 'PAYMENT_FAILED', subject, body });
const codes = (body: string, subject?: string) => check(body, subject).errors.map((e) => e.code);

describe('validateTemplate', () => {
  test('finds nothing in the built-in texts', () => {
    for (const kind of editableKinds) {
      for (const locale of locales) {
        expect(validateTemplate({ kind, ...defaultTemplate(kind, locale) })).toEqual({
          errors: [],
          warnings: [],
        });
      }
    }
  });

  test('refuses what is nested deeper than can be read', () => {
    expect(codes(`${'>'.repeat(9000)} {{ customer_portal_link }}`)).toEqual(['LIMIT_EXCEEDED']);
    expect(codes(`${'<span>'.repeat(3000)} {{ customer_portal_link }}`)).toEqual([
      'LIMIT_EXCEEDED',
    ]);
  });

  test('says where the syntax breaks', () => {
    expect(check('Hello\n  {% if customer_name %} there').errors).toEqual([
      {
        field: 'body',
        line: 2,
        column: 3,
        code: 'SYNTAX_ERROR',
        message: 'tag {% if customer_name %} not closed',
      },
    ]);
    expect(check('x', 'Hi {{ customer_name').errors[0]).toMatchObject({
      field: 'subject',
      line: 1,
      column: 4,
      code: 'SYNTAX_ERROR',
    });
  });

  test('reports every unknown variable, and none that the template makes itself', () => {
    const { errors } = check(
      '{% assign who = customer_name | upcase %}{{ who }}\n{{ custmer_name }} {{ amount_due.cents }}',
    );
    expect(errors.map(({ line, column, message }) => [line, column, message])).toEqual([
      [2, 4, 'There is no variable "custmer_name" in this mail.'],
      [2, 23, 'There is no variable "amount_due.cents" in this mail.'],
    ]);
  });

  test('knows only tags and filters that are of use in a mail', () => {
    expect(codes("{% include 'x' %}")).toEqual(['UNKNOWN_TAG']);
    expect(codes('{% for i in (1..9999999) %}x{% endfor %}')).toEqual(['UNKNOWN_TAG']);
    expect(codes('{{ customer_name | raw }}')).toEqual(['UNKNOWN_FILTER']);
    expect(codes('{{ customer_name | shout }}')).toEqual(['UNKNOWN_FILTER']);
  });

  test('stops what grows without end', () => {
    const doubling = '{% assign x = x | append: x %}'.repeat(60);
    expect(codes(`{% assign x = "0123456789" %}${doubling}{{ x }}`)).toEqual(['LIMIT_EXCEEDED']);
  });

  test('asks for a subject and a body of sensible length', () => {
    expect(codes(' ', ' ')).toEqual(['EMPTY', 'EMPTY']);
    expect(codes('x'.repeat(20_001))).toEqual(['TOO_LONG']);
  });

  test('warns when the mail does not lead to the portal', () => {
    const missing = [{ field: 'body', code: 'PORTAL_LINK_MISSING' }];
    expect(check('Pay, please.').warnings).toMatchObject(missing);
    expect(check('{% if customer_portal_link %}Pay.{% endif %}').warnings).toMatchObject(missing);
    expect(check('{% comment %}{{ customer_portal_link }}{% endcomment %}').warnings).toMatchObject(
      missing,
    );
    for (const body of [
      '{{ customer_portal_link }}',
      '{{customer_portal_link}}.',
      '[Pay]({{ customer_portal_link }})',
      'Please <a href="{{ customer_portal_link }}">pay</a>',
    ]) {
      expect(check(body)).toEqual({ errors: [], warnings: [] });
    }
  });
});
