import { SvelteMap } from 'svelte/reactivity';
import {
  ConsoleCustomerBillingDocument,
  ConsoleCustomerDocument,
  type ConsoleCustomerBillingSubscription,
  type CustomerDetailsFragment,
  type MoneyAmountFragment,
} from '#lib/gql/graphql.ts';
import { type Api, getApi } from '#lib/graphql/api-context.ts';
import { LiveQuery } from '#lib/graphql/live-query.svelte.ts';
import { firstCounts, moreCounts, type Counts, type ListName } from './page-size.ts';

type PastDueInvoice = NonNullable<CustomerDetailsFragment['pastDueInvoices']>[number];

/** How long the page believes that a requested charge is under way without hearing of it. */
const patienceMs = 20_000;

/**
 * A customer as of now, and what the page remembers about them between messages. Make it while a
 * component initializes, anew for each customer.
 */
export class CustomerState {
  #api: Api;
  #live: LiveQuery<
    CustomerDetailsFragment,
    ConsoleCustomerBillingSubscription,
    Counts & { id: string }
  >;
  #counts = $state<Counts>({ ...firstCounts });
  /** Invoice -> its newest attempt when a charge was requested here. */
  #requested = new SvelteMap<string, string | undefined>();
  /** The newest sum that was past due. Kept, because a message may show the sum gone before the rest. */
  #owed: MoneyAmountFragment[] = [];
  /** What was past due until just now, and has been paid while somebody was looking. */
  justPaid = $state.raw<MoneyAmountFragment[]>();

  /** @param onfailedagain a charge that ran while the page was open has failed, and why */
  constructor(seed: () => CustomerDetailsFragment, onfailedagain: (reason: string) => void) {
    this.#api = getApi();
    this.#live = new LiveQuery({
      seed,
      document: ConsoleCustomerBillingDocument,
      variables: () => ({ id: seed().id, ...this.#counts }),
      pick: ({ customerBilling }) => customerBilling,
      onchange: (next, previous) => {
        const owed = previous.pastDueInvoices ?? [];
        const owes = next.pastDueInvoices ?? [];
        if (previous.amountPastDue.length > 0) this.#owed = previous.amountPastDue;
        if (owed.length > 0 && owes.length === 0) this.justPaid = this.#owed;
        else if (owes.length > 0) this.justPaid = undefined;
        const failed = owes.find((invoice) => failedMeanwhile(invoice, owed));
        if (failed) onfailedagain(failed.latestPayment?.declineReason ?? '');
      },
    });
  }

  get current(): CustomerDetailsFragment {
    return this.#live.current;
  }

  isCollecting(invoice: PastDueInvoice): boolean {
    if (invoice.isCollecting) return true;
    return (
      this.#requested.has(invoice.id) &&
      this.#requested.get(invoice.id) === invoice.latestPayment?.id
    );
  }

  /** Called as a charge was asked for, so that the old failure does not stand there meanwhile. */
  expectCharge({ id, latestPayment }: PastDueInvoice): void {
    this.#requested.set(id, latestPayment?.id);
    setTimeout(() => this.#requested.delete(id), patienceMs);
  }

  /** Subscribes to more of one list; its first message brings it. */
  showMore(list: ListName): void {
    this.#counts[list] = moreCounts[list];
  }

  /** Asks again at once, for when the live connection is down. */
  async refresh(): Promise<void> {
    const { customer } = await this.#api.query(ConsoleCustomerDocument, {
      id: this.current.id,
      ...this.#counts,
    });
    if (customer) this.#live.current = customer;
  }
}

function failedMeanwhile(invoice: PastDueInvoice, before: readonly PastDueInvoice[]): boolean {
  const now = invoice.latestPayment;
  const then = before.find(({ id }) => id === invoice.id)?.latestPayment;
  if (now?.status !== 'FAILED' || !then) return false;
  return then.id !== now.id || then.status !== 'FAILED';
}
