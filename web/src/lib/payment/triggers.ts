import type { PaymentTrigger } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

const triggers: Record<PaymentTrigger, () => string> = {
  RENEWAL: m.console_trigger_renewal,
  DUNNING: m.console_trigger_dunning,
  METHOD_UPDATE: m.console_trigger_method_update,
  CUSTOMER: m.console_trigger_customer,
  STAFF: m.console_trigger_staff,
};

/** What set an attempt off. */
export function triggerText(trigger: PaymentTrigger): string {
  return triggers[trigger]?.() ?? trigger;
}
