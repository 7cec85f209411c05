import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';

/**
 * Begins the entry of a new payment method by the customer. The browser takes card details to the
 * gateway's `tokenEndpoint`; neither this system nor its API ever sees them.
 */
export async function createPaymentMethodSetup(
  billing: Billing,
  actor: Actor,
): Promise<{ clientSecret: string; tokenEndpoint: string }> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;
  return billing.gateway.createSetup({ merchantId, customerId });
}
