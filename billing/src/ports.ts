/**
 * What the domain needs from the world outside, as interfaces. Adapters live in `api/src/adapters`;
 * tests may stand in for any of these, and for nothing else.
 *
 * Terms: a *port* is one of these interfaces; the *gateway* is the payment processor, another
 * system with its own state; a *job* is work done later by a worker, at least once.
 */
import type {
  Database,
  DatabaseReader,
  Event,
  PaymentMethodType,
  SqlRunner,
  TaxExemption,
  WebhookFailure,
} from '@4geeks/prisma';
import type { RequestClaim } from './idempotency/claim-request.ts';
import type { Job } from './jobs.ts';

/**
 * The wall clock, one for all; the domain never reads it itself. What happens between people and this
 * installation goes by it: sign-in links and sessions, API keys, limits of tries, when staff and
 * merchants were added, how long an answer of the gateway is waited for. A merchant's billing goes by
 * `billingTime` (test-clock/billing-time.ts), which a test clock may have moved: whatever is issued,
 * due, retried, resumed or expired, and the dates of the rows, events and mails that come of it.
 */
export interface Clock {
  now(): Date;
}

/** Puts jobs into the queue in the caller's transaction: rolled back, they never run. */
export type Enqueue = (sql: SqlRunner, jobs: readonly Job[]) => Promise<void>;

/**
 * How far the queue is with the jobs of one merchant, in the caller's transaction: `none` is left;
 * some run or may run any moment (`soon`); or those left have failed and are tried again after a
 * while (`later`). Jobs that gave up, or that are not meant to run yet, do not count, and neither
 * does advancing the merchant's test clock, which asks this.
 */
export type UnfinishedJobs = (
  database: DatabaseReader,
  merchantId: string,
) => Promise<'none' | 'soon' | 'later'>;

/** Tells live subscribers about committed events. May lose them; must never throw. */
export type Publish = (events: readonly Event[]) => void;

/** Bytes by content hash, per merchant. */
export interface BlobStore {
  /** @returns lower-case hex SHA-256 of `bytes`; the same bytes give the same hash. */
  put(merchantId: string, contentType: string, bytes: Uint8Array): Promise<string>;
  get(merchantId: string, hash: string): Promise<{ contentType: string; bytes: Uint8Array } | null>;
}

// ---------------------------------------------------------------- gateway

/** What the gateway says of a payment method it keeps for us. Never the number itself. */
export interface GatewayPaymentMethod {
  token: string;
  type: PaymentMethodType;
  /** Same card or account, same fingerprint. */
  fingerprint: string;
  /** Lower case: visa, mastercard, amex, ...; of accounts sepa_debit or us_bank_account. */
  brand: string;
  last4: string;
  expMonth: number | null;
  expYear: number | null;
  /** Of an account; null for cards. */
  bankName: string | null;
  /** Where an account is held: ISO 3166-1 alpha-2; null for cards. */
  country: string | null;
  /** Names the customer's permission to debit an account; null for cards. */
  mandateReference: string | null;
}

export interface ChargeRequest {
  /** One per payment attempt, for ever: the same key never charges twice. */
  idempotencyKey: string;
  amountMinor: bigint;
  currency: string;
  /** GatewayPaymentMethod.token */
  paymentMethodToken: string;
  /** The customer is not there to authenticate. */
  offSession: boolean;
  description: string;
}

/** The gateway's answer. Declines are answers; faults (no answer) are thrown `GatewayFault`s. */
export type ChargeOutcome =
  | { status: 'succeeded'; gatewayPaymentId: string }
  | { status: 'processing'; gatewayPaymentId: string }
  | { status: 'requires_action'; gatewayPaymentId: string; actionUrl: string }
  | { status: 'declined'; gatewayPaymentId: string; declineCode: string };

export interface RefundRequest {
  /** One per refund, for ever: the same key never refunds twice. */
  idempotencyKey: string;
  /** The charge that the money goes back from. */
  gatewayPaymentId: string;
  amountMinor: bigint;
  currency: string;
}

/** The gateway's answer to a refund. A failure is an answer: the money stayed. */
export type RefundOutcome =
  | { status: 'succeeded'; gatewayRefundId: string }
  | { status: 'failed'; gatewayRefundId: string; failureCode: string };

/** What the gateway says of a charge that the payer's bank takes back, or tries to. */
export interface GatewayDispute {
  gatewayDisputeId: string;
  /** The charge. */
  gatewayPaymentId: string;
  amountMinor: bigint;
  currency: string;
  /** Stable code of the network: fraudulent, debit_not_authorized, ... */
  reason: string;
  /** A debit that the bank has returned is lost from the beginning. */
  status: 'open' | 'won' | 'lost';
  /** Until when it may be answered, and where; null where there is nothing to answer. */
  respondBy: Date | null;
  respondUrl: string | null;
  openedAt: Date;
  closedAt: Date | null;
}

/** The gateway gave no usable answer: what it did is unknown. */
export class GatewayFault extends Error {
  override name = 'GatewayFault';
}

export interface PaymentGateway {
  /**
   * Begins the entry of a new payment method. The browser sends card or account to `tokenEndpoint`
   * with `clientSecret` and gets a setup token back; we see neither of them.
   */
  createSetup(input: { merchantId: string; customerId: string }): Promise<{
    clientSecret: string;
    /** Absolute or root-relative URL that takes the details. */
    tokenEndpoint: string;
  }>;
  /**
   * Turns a setup token into a payment method for off-session use. Idempotent by token.
   * @returns `declined` when the issuer refuses the card itself (for example wrong CVC).
   */
  attachPaymentMethod(input: {
    merchantId: string;
    customerId: string;
    setupToken: string;
  }): Promise<
    | { status: 'attached'; paymentMethod: GatewayPaymentMethod }
    | { status: 'declined'; declineCode: string }
    | { status: 'invalid_token' }
  >;
  detachPaymentMethod(token: string): Promise<void>;
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /** What became of the charge with this key; null when the gateway has never seen it. */
  findCharge(idempotencyKey: string): Promise<ChargeOutcome | null>;
  /**
   * Gives up a charge that waits for the customer, so that another method may be tried. Idempotent.
   * @returns the final outcome: `declined` with code `canceled`, or what it had already become.
   */
  cancelCharge(idempotencyKey: string): Promise<ChargeOutcome>;
  /** Gives back part or all of a charge; never more than was charged, refunds before included. */
  refund(request: RefundRequest): Promise<RefundOutcome>;
  /** What became of the refund with this key; null when the gateway has never seen it. */
  findRefund(idempotencyKey: string): Promise<RefundOutcome | null>;
  /** How a dispute stands; null when the gateway knows none by this id. */
  findDispute(gatewayDisputeId: string): Promise<GatewayDispute | null>;
  /** Disputes opened since then, oldest first. */
  listDisputes(input: { openedSince: Date }): Promise<GatewayDispute[]>;
  /**
   * For a merchant with a test clock: it is `instant` now, by which cards expire and debits settle.
   * What was to happen by then has happened when it resolves. Never goes back; idempotent.
   */
  moveTestClock(input: { merchantId: string; instant: Date }): Promise<void>;
  /** When something next happens by itself, for a merchant with a test clock; null: nothing will. */
  nextTestClockEvent(merchantId: string): Promise<Date | null>;
  /** What kinds of payment method it can charge in this currency (ISO 4217). */
  methodTypesFor(currency: string): readonly PaymentMethodType[];
}

// ---------------------------------------------------------------- tax

/** What a line is taxed by, as printed. */
export interface TaxTerms {
  /** The merchant's rate; null where a provider knows its own. */
  taxRateId: string | null;
  name: string;
  /** Parts per million: 210000 = 21 %. */
  ratePpm: number;
  /** The amount contains the tax; else it is added. */
  inclusive: boolean;
}

export interface LineTax extends TaxTerms {
  taxMinor: bigint;
}

export interface TaxableLine {
  priceId: string | null;
  description: string;
  quantity: number;
  /** After discounts. Not negative: what is credited is taxed as it was when it was billed. */
  amountMinor: bigint;
  /** What the merchant's own settings say: of the line, its price, or the merchant's default. */
  ownRate: TaxTerms | null;
}

export interface TaxableInvoice {
  merchantId: string;
  currency: string;
  /** When the tax falls due. */
  at: Date;
  customer: {
    id: string;
    /** ISO 3166-1 alpha-2. */
    country: string | null;
    address: string;
    taxId: string | null;
    taxExemption: TaxExemption;
  };
  lines: readonly TaxableLine[];
}

/**
 * Says what tax is on what is billed. `tax/own-tax-rates.ts` is the one that comes with the product.
 *
 * It is asked about many invoices at once, where rows are locked already and hundreds of others
 * wait: an adapter for a tax service answers from rates that it fetched and kept beforehand (by
 * merchant, country and kind of product), and gives `ownRate` where it has none. Asking the network
 * here would hold those locks for as long as the network takes. The same question has the same answer:
 * a preview and what follows from it, or a transaction that is tried again, must not differ.
 */
export interface TaxProvider {
  /**
   * @returns for each invoice, in the order given, the tax on each of its lines; null: not taxed.
   * Tax is not negative, and an inclusive one not above its line's amount.
   */
  taxOf(invoices: readonly TaxableInvoice[]): Promise<(LineTax | null)[][]>;
}

// ---------------------------------------------------------------- mail

export interface Mail {
  from: { name: string; address: string };
  replyTo?: string;
  to: { name?: string; address: string };
  subject: string;
  html: string;
  text: string;
  /** Groups mails for the provider's figures: NotificationKind in kebab case. */
  tag: string;
  /** Mails with one key are delivered once, where the provider can tell. */
  idempotencyKey: string;
}

/** What became of one mail. A failure is worth trying again. */
export type MailOutcome =
  | { status: 'sent'; messageId: string }
  | { status: 'bounced'; reason: string }
  | { status: 'failed'; error: Error };

export interface Mailer {
  /**
   * Hands mails over, together: one request or statement, answered within 10 seconds.
   *
   * @returns what became of each, in their order: the provider's id, or that the address is known to
   *   bounce, or what else was wrong with this one.
   * @throws when none was taken, or nobody knows whether.
   */
  send(mails: readonly Mail[]): Promise<MailOutcome[]>;
}

// ---------------------------------------------------------------- images

/** Reads an uploaded logo; whatever comes back is a clean PNG without metadata. */
export type ReadLogo = (
  bytes: Uint8Array,
) => Promise<
  | { status: 'ok'; png: Uint8Array; width: number; height: number; transparent: boolean }
  | { status: 'rejected'; reason: 'not_png' | 'too_large' | 'too_many_pixels' | 'corrupt' }
>;

// ---------------------------------------------------------------- webhooks

/** Keeps secrets that have to be read again, so that the database alone does not give them away. */
export interface SecretBox {
  /** @param owner what it belongs to: sealed for one, it does not open for another. */
  seal(secret: string, owner: string): string;
  /** @throws where it was altered, or sealed for another owner or by another installation. */
  open(sealed: string, owner: string): string;
}

export interface WebhookRequest {
  url: string;
  /** The same at every attempt: receivers know by it what they have had. */
  id: string;
  /** JSON, sent and signed as it stands. */
  body: string;
  /** `whsec_...`; each signs. */
  secrets: readonly string[];
  /** Gives up: the process stops. */
  signal?: AbortSignal | undefined;
}

/** `aborted`: given up by us, nobody knows how far it got. */
export type WebhookOutcome =
  | {
      status: 'answered';
      responseStatus: number;
      /** First 1,000 characters. */
      responseBody: string;
      /** The header of that name, as it came. */
      retryAfter?: string | undefined;
    }
  | { status: 'unanswered'; failure: WebhookFailure }
  | { status: 'aborted' };

/** Why an address is refused: not https, or not on the public internet. */
export type UrlRefusal = 'URL_NOT_HTTPS' | 'URL_NOT_PUBLIC';

export interface WebhookSender {
  /** Posts once, signed by Standard Webhooks; follows no redirect. Never throws. */
  send(request: WebhookRequest): Promise<WebhookOutcome>;
  /** Whether it would refuse to send there, as far as is known now. `send` looks again. */
  refusalOf(url: string): Promise<UrlRefusal | null>;
}

/** Hashes a password of staff, as sign-in checks it. Takes a while, on purpose. */
export type HashPassword = (password: string) => Promise<string>;

/** The global id by which the API knows something; null where it is no node of the API. */
export type ApiId = (noun: string, id: string) => string | null;

// ---------------------------------------------------------------- all together

/** Everything a use case may use. */
export interface Billing {
  database: Database;
  clock: Clock;
  gateway: PaymentGateway;
  mailer: Mailer;
  tax: TaxProvider;
  blobs: BlobStore;
  readLogo: ReadLogo;
  enqueue: Enqueue;
  unfinishedJobs: UnfinishedJobs;
  secrets: SecretBox;
  webhooks: WebhookSender;
  hashPassword: HashPassword;
  apiId: ApiId;
  publish: Publish;
  /**
   * Of one request that carries an idempotency key: whatever commits says so in the same transaction.
   * Absent in jobs, and for every other request.
   */
  idempotentRequest?: RequestClaim;
  /** Keys hashes of sign-in tokens, codes, session tokens and API keys (HMAC-SHA-256). */
  hashKey: string;
  /** Public address of this installation, without a trailing slash: https://billing.example */
  publicUrl: string;
  /** Sender of every mail. */
  mailFrom: string;
  /** An attempt without an answer for this long is settled by asking the gateway. */
  paymentRecoverySeconds: number;
}
