import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { sendEmail } from './send-email.ts';

/**
 * Sends owed mails that came up together, one after the other. Run again, it sends those that have
 * not gone out.
 *
 * @throws AggregateError after the others are sent, where some could not be.
 */
export async function sendEmails(
  billing: Billing,
  { messages }: { messages: readonly { merchantId: string; emailMessageId: string }[] },
): Promise<void> {
  const failures = new SweepFailures();
  for (const message of messages) {
    try {
      await sendEmail(billing, message);
    } catch (error) {
      failures.add(error);
    }
  }
  failures.throwIfAny();
}
