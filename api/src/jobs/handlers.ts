/** How long a test clock lets the jobs it waits for get on before it looks again. */
const glanceMs = 20;

/**
 * Every job of the domain and the use case it runs. Payloads are parsed before they get here; a
 * handler that throws is tried again.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { recordDispute } from '@4geeks/billing/dispute/record-dispute';
import { recoverDisputes } from '@4geeks/billing/dispute/recover-disputes';
import { forgetIdempotentRequests } from '@4geeks/billing/idempotency/forget-requests';
import { collectInvoice, collectInvoices } from '@4geeks/billing/invoice/collect-invoice';
import { collectPastDueInvoices } from '@4geeks/billing/invoice/collect-past-due-invoices';
import { retryDueInvoices } from '@4geeks/billing/invoice/retry-due-invoices';
import { sendEmail, sendEmails } from '@4geeks/billing/notification/send-email';
import { sendQueuedEmail } from '@4geeks/billing/notification/send-queued-email';
import { detachPaymentMethod } from '@4geeks/billing/payment-method/detach-payment-method';
import { notifyExpiringPaymentMethods } from '@4geeks/billing/payment-method/notify-expiring-payment-methods';
import {
  recoverPayments,
  recoverWaitingPayments,
  settleWaitingPayment,
} from '@4geeks/billing/payment/recover-payments';
import { recoverRefunds } from '@4geeks/billing/refund/recover-refunds';
import { sendRefund } from '@4geeks/billing/refund/send-refund';
import { forgetPortalSessions } from '@4geeks/billing/portal/forget-sessions';
import { sendSignInLink } from '@4geeks/billing/portal/send-sign-in-link';
import { forgetStaffInvitations } from '@4geeks/billing/staff-invitation/forget-staff-invitations';
import { sendStaffInvitation } from '@4geeks/billing/staff-invitation/send-staff-invitation';
import { renewDueSubscriptions } from '@4geeks/billing/subscription/renew-due-subscriptions';
import { advanceTestClock } from '@4geeks/billing/test-clock/advance-test-clock';
import { advanceTestClocks, keepAdvancing } from '@4geeks/billing/test-clock/advance-test-clocks';
import { deliverWebhooks } from '@4geeks/billing/webhook/deliver-webhooks';
import { forgetWebhookDeliveries } from '@4geeks/billing/webhook/forget-deliveries';
import type { JobHandlers } from './job-handler.ts';

export const jobHandlers: JobHandlers = {
  'collect-invoice': async (payload, { billing }) => void (await collectInvoice(billing, payload)),
  'collect-invoices': async ({ invoices }, { billing }) =>
    void (await collectInvoices(billing, invoices)),
  'collect-past-due-invoices': async (payload, { billing }) =>
    void (await collectPastDueInvoices(billing, payload)),
  'settle-payment': async (payload, { billing }) =>
    void (await settleWaitingPayment(billing, payload)),
  'record-dispute': async (payload, { billing }) => void (await recordDispute(billing, payload)),
  'send-refund': async (payload, { billing }) => void (await sendRefund(billing, payload)),
  'detach-payment-method': (payload, { billing }) => detachPaymentMethod(billing, payload),
  'send-email': async (payload, { billing }) => void (await sendEmail(billing, payload)),
  'send-emails': (payload, { billing }) => sendEmails(billing, payload),
  'send-sign-in-link': (payload, { billing }) => sendSignInLink(billing, payload),
  'send-staff-invitation': (payload, { billing }) => sendStaffInvitation(billing, payload),
  'recover-payments': async (_payload, { billing }) => void (await recoverPayments(billing)),
  'recover-waiting-payments': async (_payload, { billing }) =>
    void (await recoverWaitingPayments(billing)),
  'recover-refunds': async (_payload, { billing }) => void (await recoverRefunds(billing)),
  'recover-disputes': async (_payload, { billing }) => void (await recoverDisputes(billing)),
  'notify-expiring-payment-methods': async (_payload, { billing }) =>
    void (await notifyExpiringPaymentMethods(billing)),
  'renew-due-subscriptions': async (_payload, { billing }) =>
    void (await renewDueSubscriptions(billing)),
  'retry-due-invoices': async (_payload, { billing }) => void (await retryDueInvoices(billing)),
  'advance-test-clock': async (payload, { billing }) => {
    if ((await advanceTestClock(billing, payload)) !== 'soon') return;
    // The others' turn: they come first in the queue, or run in other slots.
    await wait(glanceMs);
    await keepAdvancing(billing, payload);
  },
  'advance-test-clocks': async (_payload, { billing }) => void (await advanceTestClocks(billing)),
  'deliver-webhooks': (_payload, { billing, signal }) => deliverWebhooks(billing, { signal }),
  'forget-idempotent-requests': async (_payload, { billing, signal }) =>
    void (await forgetIdempotentRequests(billing, { signal })),
  'forget-webhook-deliveries': async (_payload, { billing, signal }) =>
    void (await forgetWebhookDeliveries(billing, { signal })),
  'forget-portal-sessions': async (_payload, { billing, signal }) =>
    void (await forgetPortalSessions(billing, { signal })),
  'forget-staff-invitations': async (_payload, { billing, signal }) =>
    void (await forgetStaffInvitations(billing, { signal })),
  'send-queued-email': async (_payload, { billing }) => void (await sendQueuedEmail(billing)),
};
