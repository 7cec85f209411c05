import type { Refund } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import type { Billing, RefundOutcome } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { refundStatusAfter } from './refund-changes.ts';

export type RefundSettledAs = 'succeeded' | 'failed' | 'already_settled' | 'unknown';

/** Applies the gateway's answer to a refund, once: whoever comes second changes nothing. */
export async function settleRefund(
  billing: Billing,
  { id, merchantId, paymentId }: Pick<Refund, 'id' | 'merchantId' | 'paymentId'>,
  outcome: RefundOutcome,
): Promise<RefundSettledAs> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async ({ database, now, record }) => {
    await lockRow(database, 'Payment', { merchantId, id: paymentId });
    const { payment, ...refund } = await database.refund.findUniqueOrThrow({
      where: { id },
      include: { payment: { select: { customerId: true } } },
    });
    const status = refundStatusAfter(outcome.status, refund.status);
    if (status === null) return 'already_settled';

    const failureCode = outcome.status === 'failed' ? outcome.failureCode : null;
    await database.refund.update({
      where: { id },
      data: {
        status,
        gatewayRefundId: outcome.gatewayRefundId,
        failureCode,
        settledAt: now,
      },
    });
    if (outcome.status === 'succeeded') {
      await database.payment.update({
        where: { id: paymentId },
        data: { amountRefundedMinor: { increment: refund.amountMinor } },
      });
    }
    await record({
      merchantId,
      customerId: payment.customerId,
      type: outcome.status === 'failed' ? 'refund.failed' : 'refund.succeeded',
      objectType: 'refund',
      objectId: id,
      data: {
        paymentId,
        amountMinor: refund.amountMinor.toString(),
        currency: refund.currency,
        ...(failureCode === null ? {} : { failureCode }),
      },
    });
    return outcome.status;
  });
}
