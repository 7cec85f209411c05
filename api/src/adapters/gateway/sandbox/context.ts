import type {
  ChargeOutcome,
  ChargeRequest,
  RefundOutcome,
  RefundRequest,
} from '@4geeks/billing/ports';
import type { Pool } from 'pg';

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
  | 'moveTestClock';

/** What the parts of the sandbox share. */
export interface SandboxContext {
  pool: Pool;
  /** Key of every hash. */
  secret: string;
  /** Without a trailing slash. */
  publicUrl: string;
  now: () => Date;
  faults: SandboxFaults;
}
