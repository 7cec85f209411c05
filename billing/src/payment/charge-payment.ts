import type { Invoice, Payment, PaymentMethod } from '@4geeks/prisma';
import { GatewayFault, type Billing, type ChargeOutcome } from '../ports.ts';
import { settlePayment, type SettledAs } from './settle-payment.ts';

/**
 * Asks the gateway for an attempt that is already committed, and applies the answer. Safe to call
 * again for the same attempt: the gateway knows it by its key, and settling has one effect.
 *
 * @returns `unknown` when the gateway gave no answer; the attempt stays pending for recovery.
 */
export async function chargePayment(
  billing: Billing,
  payment: Payment,
  method: Pick<PaymentMethod, 'gatewayToken'>,
  invoice: Pick<Invoice, 'number'>,
): Promise<SettledAs> {
  let outcome: ChargeOutcome;
  try {
    outcome = await billing.gateway.charge({
      idempotencyKey: payment.idempotencyKey,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      paymentMethodToken: method.gatewayToken,
      offSession: true,
      description: invoice.number ?? '',
    });
  } catch (error) {
    if (error instanceof GatewayFault) return 'unknown';
    throw error;
  }
  return settlePayment(billing, payment, outcome);
}
