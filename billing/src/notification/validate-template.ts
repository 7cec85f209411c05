import { defaultTemplate } from './default-templates/default-template.ts';
import type { EditableKind, TemplateText } from './kinds.ts';
import { maximumLength, renderLiquid, variablesUsed } from './liquid.ts';
import { renderNotification } from './render-notification.ts';
import { templateVariables, type NotificationVariables } from './template-variables.ts';
import { TemplateError, type TemplateIssue } from './template-issue.ts';

export interface TemplateFindings {
  /** A template with errors cannot be saved. */
  errors: TemplateIssue[];
  /** A template with warnings can, and somebody should look at it. */
  warnings: TemplateIssue[];
}

const portalLink = 'https://billing.example/p/example';

/** Says what is wrong with a template, by reading it and by rendering it once. Pure. */
export function validateTemplate(
  template: TemplateText & { kind: EditableKind },
): TemplateFindings {
  const errors = [...fieldErrors('subject', template), ...fieldErrors('body', template)];
  if (errors.length > 0) return { errors, warnings: [] };

  const variables = Object.fromEntries(
    templateVariables[template.kind].map(({ name }) => [
      name,
      name === 'customer_portal_link' ? portalLink : name,
    ]),
  ) as NotificationVariables<EditableKind>;
  let text: string;
  try {
    ({ text } = renderNotification({
      kind: template.kind,
      locale: 'en',
      template,
      variables,
      branding: {
        companyName: 'Example',
        logoUrl: null,
        primaryColor: '#1f5fd6',
        address: '',
        supportEmail: 'support@billing.example',
      },
    }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { errors: [nestedTooDeeply], warnings: [] };
  }
  // Rendered, not searched: the name alone, in a condition or a comment, leads nobody anywhere.
  return { errors, warnings: text.includes(portalLink) ? [] : [portalLinkMissing(template.kind)] };
}

/** Thousands of quotations or elements within each other: more than the readers' stacks take. */
const nestedTooDeeply: TemplateIssue = {
  field: 'body',
  line: null,
  column: null,
  code: 'LIMIT_EXCEEDED',
  message: 'The body is nested too deeply.',
};

function portalLinkMissing(kind: EditableKind): TemplateIssue {
  const shown = defaultTemplate(kind, 'en').body.match(/\[.*\]\(\{\{ customer_portal_link \}\}\)/);
  return {
    field: 'body',
    line: null,
    column: null,
    code: 'PORTAL_LINK_MISSING',
    message: `The mail does not contain {{customer_portal_link}}${shown ? `, for example as ${shown[0]}` : ''}.`,
  };
}

function fieldErrors(
  field: TemplateIssue['field'],
  template: TemplateText & { kind: EditableKind },
): TemplateIssue[] {
  const source = template[field];
  const whole = { field, line: null, column: null };
  if (source.trim() === '') return [{ ...whole, code: 'EMPTY', message: `The ${field} is empty.` }];
  if (source.length > maximumLength[field]) {
    const message = `The ${field} is longer than ${maximumLength[field]} characters.`;
    return [{ ...whole, code: 'TOO_LONG', message }];
  }
  const known: ReadonlySet<string> = new Set(
    templateVariables[template.kind].map(({ name }) => name),
  );
  try {
    const unknown = variablesUsed(field, source)
      .filter(({ name }) => !known.has(name))
      .map(({ name, line, column }): TemplateIssue => ({
        field,
        line,
        column,
        code: 'UNKNOWN_VARIABLE',
        message: `There is no variable "${name}" in this mail.`,
      }));
    if (unknown.length === 0) tryRendering(field, source, known);
    return unknown;
  } catch (error) {
    if (error instanceof TemplateError) return [error.issue];
    throw error;
  }
}

/** Some mistakes only show when a template runs. */
function tryRendering(
  field: TemplateIssue['field'],
  source: string,
  names: ReadonlySet<string>,
): void {
  for (const value of ['x', '']) {
    const variables = Object.fromEntries([...names].map((name) => [name, value]));
    renderLiquid(field, source, variables, (text) => text);
  }
}
