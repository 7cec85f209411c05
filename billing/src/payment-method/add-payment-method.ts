import type { PaymentMethod } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { PaymentMethodDeclinedError } from './errors.ts';
import { keepPaymentMethod } from './keep-payment-method.ts';

export interface AddPaymentMethodInput {
  /** From the gateway's token endpoint. */
  setupToken: string;
  /** Default true. The customer's first method becomes the default in any case. */
  makeDefault?: boolean | null;
}

/**
 * Keeps a payment method that the customer entered at the gateway. The same card entered again
 * replaces the entry before it. Safe to repeat with the same token.
 *
 * @throws PaymentMethodDeclinedError the issuer refused the card
 * @throws ConflictError SETUP_TOKEN_INVALID: unknown, expired, or another customer's
 */
export async function addPaymentMethod(
  billing: Billing,
  actor: Actor,
  input: AddPaymentMethodInput,
): Promise<PaymentMethod> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;
  const owner = { merchantId, customerId };

  const attached = await billing.gateway.attachPaymentMethod({
    ...owner,
    setupToken: input.setupToken,
  });
  if (attached.status === 'declined') throw new PaymentMethodDeclinedError(attached.declineCode);
  if (attached.status === 'invalid_token') {
    throw new ConflictError('SETUP_TOKEN_INVALID', 'The setup token is unknown or has expired.');
  }
  return inTransaction(billing, actor, (transaction) =>
    keepPaymentMethod(transaction, owner, attached.paymentMethod, input.makeDefault ?? true),
  );
}
