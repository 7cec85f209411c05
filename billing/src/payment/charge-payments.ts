import type { BegunAttempt } from '../invoice/begin-attempts.ts';
import { GatewayFault, type Billing, type ChargeOutcome } from '../ports.ts';
import { settlePayments, type SettledAs, type Settlement } from './settle-payment.ts';

/** Requests to the gateway at once, of one batch. */
const chargesAtOnce = 25;
/** Answers recorded together, where there are more than can be asked for at once. */
const settledTogether = 50;

/** Asks the gateway for one attempt. @see chargePayments */
export async function chargePayment(billing: Billing, attempt: BegunAttempt): Promise<SettledAs> {
  const [settledAs] = await chargePayments(billing, [attempt]);
  return settledAs!;
}

/**
 * Asks the gateway for attempts that are already committed, and applies its answers. Safe to call
 * again for the same attempts: the gateway knows each by its key, and settling has one effect.
 *
 * Answers are recorded as they come: whatever arrives while some are being recorded is recorded
 * next, together. Of many attempts, for which nobody waits, some are always recorded together.
 *
 * @returns for each attempt; `unknown` when the gateway gave no answer: it stays pending for recovery.
 * @throws what went wrong with a single attempt; AggregateError of several, once all are done.
 */
export async function chargePayments(
  billing: Billing,
  attempts: readonly BegunAttempt[],
): Promise<SettledAs[]> {
  const results = new Map<string, SettledAs>();
  const failures: unknown[] = [];
  const answered: Settlement[] = [];

  async function settle(settlements: readonly Settlement[]): Promise<void> {
    try {
      const settled = await settlePayments(billing, settlements);
      for (const [index, { payment }] of settlements.entries()) {
        results.set(payment.id, settled[index]!);
      }
    } catch (error) {
      if (settlements.length === 1) failures.push(error);
      // One that cannot be recorded must not keep the others from it.
      else for (const settlement of settlements) await settle([settlement]);
    }
  }

  let settling = false;
  let unanswered = attempts.length;
  const enough = unanswered > chargesAtOnce ? settledTogether : 1;
  async function settleAnswered(): Promise<void> {
    if (settling) return;
    settling = true;
    while (answered.length >= (unanswered > 0 ? enough : 1)) {
      const batch = answered.splice(0);
      const succeeded = batch.filter(({ outcome }) => outcome.status === 'succeeded');
      if (succeeded.length > 0) await settle(succeeded);
      for (const settlement of batch)
        if (!succeeded.includes(settlement)) await settle([settlement]);
    }
    settling = false;
  }

  const waiting = attempts.values();
  async function chargeInTurn(): Promise<void> {
    for (const attempt of waiting) {
      try {
        const outcome = await requestCharge(billing, attempt);
        if (outcome === null) results.set(attempt.payment.id, 'unknown');
        else answered.push({ payment: attempt.payment, outcome });
      } catch (error) {
        failures.push(error);
      }
      unanswered -= 1;
      await settleAnswered();
    }
  }

  await Promise.all(Array.from({ length: Math.min(chargesAtOnce, attempts.length) }, chargeInTurn));
  if (failures.length > 0) throw together(failures);
  return attempts.map(({ payment }) => results.get(payment.id)!);
}

/** @returns null when the gateway gave no answer. */
async function requestCharge(
  billing: Billing,
  { payment, method, invoice }: BegunAttempt,
): Promise<ChargeOutcome | null> {
  try {
    return await billing.gateway.charge({
      idempotencyKey: payment.idempotencyKey,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      paymentMethodToken: method.gatewayToken,
      offSession: true,
      description: invoice.number ?? '',
    });
  } catch (error) {
    if (error instanceof GatewayFault) return null;
    throw error;
  }
}

function together(failures: readonly unknown[]): unknown {
  const [first] = failures;
  return failures.length === 1
    ? first
    : new AggregateError(failures, `${failures.length} payments could not be settled`, {
        cause: first,
      });
}
