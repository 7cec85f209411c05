import { BillingError } from '../errors.ts';

/** The bank or network refused the method itself; `facts.declineCode` says why. */
export class PaymentMethodDeclinedError extends BillingError<'PAYMENT_METHOD_DECLINED'> {
  constructor(declineCode: string) {
    super('PAYMENT_METHOD_DECLINED', `The payment method was declined: ${declineCode}`, {
      declineCode,
    });
  }
}
