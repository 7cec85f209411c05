import { m } from '#lib/paraglide/messages.js';

const descriptions: Record<string, () => string> = {
  customer_portal_link: m.console_variable_customer_portal_link,
  customer_name: m.console_variable_customer_name,
  company_name: m.console_variable_company_name,
  support_email: m.console_variable_support_email,
  decline_reason: m.console_variable_decline_reason,
  next_attempt_date: m.console_variable_next_attempt_date,
  invoice_number: m.console_variable_invoice_number,
  amount_due: m.console_variable_amount_due,
  currency: m.console_variable_currency,
  due_date: m.console_variable_due_date,
  period_start: m.console_variable_period_start,
  period_end: m.console_variable_period_end,
  subscription_name: m.console_variable_subscription_name,
  card_brand: m.console_variable_card_brand,
  card_last4: m.console_variable_card_last4,
};

/** What a template's variable holds. */
export function variableText(name: string): string {
  return descriptions[name]?.() ?? name;
}
