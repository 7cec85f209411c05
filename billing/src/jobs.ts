/**
 * The jobs of the domain: name and payload of each, parsed on both ends. Every job may run twice
 * and must then have one effect.
 */
import { z } from 'zod';

const id = z.uuid();

const collection = z.object({
  merchantId: id,
  invoiceId: id,
  trigger: z.enum(['RENEWAL', 'DUNNING', 'METHOD_UPDATE', 'CUSTOMER', 'STAFF']),
  /** Names the attempt: the same key never makes a second one. */
  attemptKey: z.string().min(1),
  /** The failed payment after which the backup method is tried; absent: the default is charged. */
  backupFor: id.optional(),
});
const owedEmail = z.object({ merchantId: id, emailMessageId: id });

/** Payload of each job, by name. A job is named like the use case it calls. */
export const jobPayloads = {
  /** Charges one open invoice with the customer's default method. */
  'collect-invoice': collection,
  /** The same for invoices that were issued together. */
  'collect-invoices': z.object({ invoices: z.array(collection).min(1) }),
  /** Charges every open past-due invoice of a customer, oldest first, after a method update. */
  'collect-past-due-invoices': z.object({
    merchantId: id,
    customerId: id,
    /** Names the method update that asked for it. */
    requestId: id,
    /** Those the update found, oldest first. Absent: looked up. */
    invoiceIds: z.array(id).optional(),
  }),
  /** Asks the gateway what became of an attempt that waited for somebody, and records it. */
  'settle-payment': z.object({ merchantId: id, paymentId: id }),
  /** Asks the gateway how a dispute stands, and records it. */
  'record-dispute': z.object({ merchantId: id, gatewayDisputeId: z.string().min(1) }),
  /** Asks the gateway for a refund, and records its answer. */
  'send-refund': z.object({ merchantId: id, refundId: id }),
  /** Lets the gateway forget a removed payment method. */
  'detach-payment-method': z.object({ merchantId: id, paymentMethodId: id }),
  /** Sends one owed mail (EmailMessage). */
  'send-email': owedEmail,
  /** The same for mails that came up together. */
  'send-emails': z.object({ messages: z.array(owedEmail).min(1) }),
  /** Makes and mails the link for one sign-in request; unknown addresses end here silently. */
  'send-sign-in-link': z.object({ merchantId: id, signInRequestId: id }),
  /** Makes and mails the link of one invitation to a merchant's staff. */
  'send-staff-invitation': z.object({ merchantId: id, staffInvitationId: id }),
  /** Settles attempts whose outcome is unknown by asking the gateway. */
  'recover-payments': z.object({}),
  /** The same for attempts that wait, should the gateway's word that they are done be lost. */
  'recover-waiting-payments': z.object({}),
  /** The same for refunds. */
  'recover-refunds': z.object({}),
  /** Asks the gateway about open disputes and for new ones, should its word of them be lost. */
  'recover-disputes': z.object({}),
  /** Finds cards that expire soon, and tells their owners. */
  'notify-expiring-payment-methods': z.object({}),
  /** Bills subscriptions whose period has ended, in batches. */
  'renew-due-subscriptions': z.object({}),
  /** Retries open invoices whose next attempt is due, in batches. */
  'retry-due-invoices': z.object({}),
  /** Lets a merchant's test clock go on, to the next instant at which something is due or further. */
  'advance-test-clock': z.object({ merchantId: id }),
  /** Does so for every test clock on its way: what waits, or has lost its job, goes on. */
  'advance-test-clocks': z.object({}),
  /** Tells webhook endpoints of what happened, and tries again what failed. */
  'deliver-webhooks': z.object({}),
  /** Deletes idempotency keys of more than a day ago. */
  'forget-idempotent-requests': z.object({}),
  /** Deletes webhook deliveries of more than 30 days ago. */
  'forget-webhook-deliveries': z.object({}),
  /** Deletes portal sessions and their links that expired more than a day ago. */
  'forget-portal-sessions': z.object({}),
  /** Deletes invitations to a merchant's staff that expired more than 30 days ago. */
  'forget-staff-invitations': z.object({}),
  /** Sends queued mail that lost its job. */
  'send-queued-email': z.object({}),
} as const;

export type JobName = keyof typeof jobPayloads;

export type Job = {
  [Name in JobName]: {
    name: Name;
    payload: z.infer<(typeof jobPayloads)[Name]>;
    /** Not before this instant; at once when absent. */
    runAt?: Date;
    /** Nobody waits for it, and there may be thousands: a renewal run goes first. Default false. */
    patient?: boolean;
    /** A later job with the same key replaces one that has not started. */
    key?: string;
  };
}[JobName];
