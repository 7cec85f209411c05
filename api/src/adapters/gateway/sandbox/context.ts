import type {
  ChargeOutcome,
  ChargeRequest,
  RefundOutcome,
  RefundRequest,
} from '@4geeks/billing/ports';
import type { Pool } from 'pg';

import type { Charging } from './charging.ts';

/** What a test may break. Whatever a hook throws reaches the caller as a GatewayFault. */
export interface SandboxFaults {
  /** Before anything happens: throw, and nothing was done. */
  beforeRequest?: (operation: SandboxOperation) => void | Promise<void>;
  /**
   * The charge is committed, the answer not yet given: throw, and the caller does not learn of it;
   * never resolve, and it times out; kill the process, and it is the crash between charging and
   * bookkeeping. Not called when the key was seen before.
   */
  afterCharge?: (request: ChargeRequest, outcome: ChargeOutcome) => void | Promise<void>;
  /** The same for a refund. */
  afterRefund?: (request: RefundRequest, outcome: RefundOutcome) => void | Promise<void>;
  /** Before a webhook is posted: throw, and this try does not arrive. */
  beforeWebhook?: (payload: string) => void | Promise<void>;
}

export type SandboxOperation =
  | 'createSetup'
  | 'attachPaymentMethod'
  | 'detachPaymentMethod'
  | 'charge'
  | 'findCharge'
  | 'cancelCharge'
  | 'refund'
  | 'findRefund'
  | 'findDispute'
  | 'listDisputes'
  | 'moveTestClock';

/** What the parts of the sandbox share. */
export interface SandboxContext {
  pool: Pool;
  charging: Charging;
  /** Key of every hash. */
  secret: string;
  /** Without a trailing slash. */
  publicUrl: string;
  now: () => Date;
  faults: SandboxFaults;
  /** From accepting a debit to the bank's word on it, and from there to its return. */
  settlementMs: number;
  webhooks: WebhookTarget;
}

/** Where the sandbox reports what happened, as a processor would. */
export interface WebhookTarget {
  /** `whsec_` and base64: signs what is posted (Standard Webhooks). */
  secret: string;
  /** Absolute; asked for at each try. */
  url: () => string;
  /** How a request gets there. Default: over the network. */
  post?: (request: Request) => Promise<Response>;
}
