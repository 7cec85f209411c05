import { createContext, untrack } from 'svelte';
import { invalidate, invalidateAll } from '$app/navigation';
import {
  PortalChangedDocument,
  PortalCustomerBillingDocument,
  type PastDueInvoiceFragment,
  type PortalChangedSubscription,
  type PortalCustomerBillingSubscription,
  type PortalCustomerFragment,
  type PortalFaceFragment,
  type PortalPermission,
  type WaitingInvoiceFragment,
} from '#lib/gql/graphql.ts';
import { LiveQuery } from '#lib/graphql/live-query.svelte.ts';
import { sumByCurrency } from './amounts.ts';
import { historyKey } from './history-key.ts';

/** The merchant's portal as it is now: repaints, and opens and closes options, as the merchant saves. */
export class PortalState {
  #live: LiveQuery<PortalFaceFragment, PortalChangedSubscription, { slug: string }>;

  constructor(seed: () => PortalFaceFragment) {
    this.#live = new LiveQuery({
      seed,
      document: PortalChangedDocument,
      variables: () => ({ slug: seed().slug }),
      pick: (data) => data.portalChanged,
      onchange: (next, previous) => {
        const opened =
          next.available !== previous.available ||
          next.permissions.some((each) => !previous.permissions.includes(each));
        // What was closed when the page loaded has to be fetched now.
        if (opened) void invalidateAll();
      },
    });
  }

  get face(): PortalFaceFragment {
    return this.#live.current;
  }

  may(permission: PortalPermission): boolean {
    return this.face.permissions.includes(permission);
  }
}

/** A charge that the customer has set off and whose outcome has not arrived yet. */
type AwaitedCharge = { attemptsBefore: readonly string[] };

/** Past due, or with a payment that waits. */
function openInvoices(customer: PortalCustomerFragment): WaitingInvoiceFragment[] {
  return [...(customer.pastDueInvoices ?? []), ...(customer.waitingInvoices ?? [])];
}

function isProcessing({ latestPayment }: WaitingInvoiceFragment): boolean {
  return latestPayment?.status === 'PROCESSING';
}

function isToConfirm({ latestPayment }: WaitingInvoiceFragment): boolean {
  return latestPayment?.status === 'REQUIRES_ACTION' && latestPayment.actionUrl !== null;
}

function sumsOwed(customer: PortalCustomerFragment): PortalCustomerFragment['amountPastDue'] {
  return sumByCurrency([
    ...customer.amountPastDue,
    ...(customer.waitingInvoices ?? []).map(({ amountDue }) => amountDue),
  ]);
}

/** In this tab's storage: what was owed when the customer left for their bank. */
const confirmationKey = 'portal-confirmation';

/** How long the page believes that a charge is under way without hearing of it. */
const patienceMs = 20_000;

/** The signed-in customer as of now, and what the page remembers about them between messages. */
export class CustomerState {
  #live: LiveQuery<
    PortalCustomerFragment,
    PortalCustomerBillingSubscription,
    Record<string, never>
  >;
  #awaited = $state.raw<AwaitedCharge>();
  /** The newest sum that was past due. Kept, because a message may show the sum gone before the rest. */
  #owed: PortalCustomerFragment['amountPastDue'] = [];
  /** What was past due until just now, and has been paid while the customer was looking. */
  justPaid = $state.raw<PortalCustomerFragment['amountPastDue']>();

  constructor(seed: () => PortalCustomerFragment) {
    this.#live = new LiveQuery({
      seed,
      document: PortalCustomerBillingDocument,
      variables: () => ({}),
      pick: (data) => data.customerBilling,
      onchange: (next, previous) => {
        const settled = openInvoices(next).length === 0;
        const owed = sumsOwed(previous);
        if (owed.length > 0) this.#owed = owed;
        if (settled && openInvoices(previous).length > 0) this.justPaid = this.#owed;
        if (!settled) this.justPaid = undefined;
        void invalidate(historyKey);
      },
      onfailure: (failure) => {
        // The session or the portal was closed meanwhile: `load` decides what to show instead.
        if (failure.reason === 'unauthenticated' || failure.reason === 'forbidden') {
          void invalidateAll();
        }
      },
    });

    $effect(() => untrack(() => this.#resumeConfirmation()));
    $effect(() => {
      if (!this.#awaited) return;
      const timer = setTimeout(() => (this.#awaited = undefined), patienceMs);
      return () => clearTimeout(timer);
    });
  }

  get current(): PortalCustomerFragment {
    return this.#live.current;
  }

  get pastDueInvoices(): PastDueInvoiceFragment[] {
    return this.current.pastDueInvoices ?? [];
  }

  /** Bank debits that take days: past due or not. */
  get processingInvoices(): WaitingInvoiceFragment[] {
    return openInvoices(this.current).filter(isProcessing);
  }

  /** What the customer's bank wants to be confirmed. */
  get invoiceToConfirm(): WaitingInvoiceFragment | undefined {
    return this.isCollecting ? undefined : openInvoices(this.current).find(isToConfirm);
  }

  /** What has failed, and nothing is under way for. */
  get failedInvoices(): PastDueInvoiceFragment[] {
    return this.pastDueInvoices.filter(
      (invoice) => !isProcessing(invoice) && !(isToConfirm(invoice) && !this.isCollecting),
    );
  }

  /** What a new default method is charged for at once: a bank debit under way is waited for. */
  get invoicesForNewMethod(): WaitingInvoiceFragment[] {
    return openInvoices(this.current).filter((invoice) => !isProcessing(invoice));
  }

  /** Invoices are being charged, or are about to be; a bank debit is no longer. */
  get isCollecting(): boolean {
    const { pastDueInvoices } = this;
    if (pastDueInvoices.some((invoice) => invoice.isCollecting && !isProcessing(invoice))) {
      return true;
    }
    const awaited = this.#awaited;
    return (
      awaited !== undefined &&
      openInvoices(this.current).some(({ latestPayment }) =>
        latestPayment ? awaited.attemptsBefore.includes(latestPayment.id) : true,
      )
    );
  }

  /**
   * Called before a charge is asked for, so that the page does not show the old failure meanwhile.
   * Not after it: the outcome may arrive before the answer to the request does.
   */
  expectCharge(invoices: readonly WaitingInvoiceFragment[]): void {
    if (invoices.length === 0) return;
    this.#awaited = {
      attemptsBefore: invoices.flatMap(({ latestPayment }) => latestPayment?.id ?? []),
    };
  }

  /** Called as the customer leaves for their bank's page to confirm a charge. */
  expectConfirmation(): void {
    sessionStorage.setItem(confirmationKey, JSON.stringify(sumsOwed(this.current)));
  }

  /** Back from the bank: what was paid meanwhile is celebrated as if they had watched. */
  #resumeConfirmation(): void {
    const owed = sessionStorage.getItem(confirmationKey);
    sessionStorage.removeItem(confirmationKey);
    if (owed && openInvoices(this.current).length === 0) this.justPaid = JSON.parse(owed);
  }

  /** The charge could not even be asked for. */
  expectNoCharge(): void {
    this.#awaited = undefined;
  }
}

export const [getPortal, setPortal] = createContext<PortalState>();
export const [getCustomer, setCustomer] = createContext<CustomerState>();
